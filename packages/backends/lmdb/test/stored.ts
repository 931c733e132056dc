import type { StoredValue } from "@hitbox/core";

/** An entry as core hands it to an adapter. */
export function stored(payload: string | Uint8Array, expiresAt?: number): StoredValue {
  return {
    payload: Buffer.from(payload),
    format: "json",
    compressor: undefined,
    decodedBytes: undefined,
    createdAt: 0,
    staleAt: undefined,
    expiresAt,
    tags: undefined,
  };
}
