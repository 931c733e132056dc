import { BackendError, type StoredValue } from "@hitbox/core";

/** An entry as a store keeps it: `data` as JSON, without times and tags unless `fields` has some. */
export function storedEntry(data: unknown, fields: Partial<StoredValue> = {}): StoredValue {
  return {
    payload: Buffer.from(JSON.stringify(data)),
    format: "json",
    compressor: undefined,
    decodedBytes: undefined,
    createdAt: Date.now(),
    staleAt: undefined,
    expiresAt: undefined,
    tags: undefined,
    ...fields,
  };
}

/**
 * The data of an entry that holds JSON; undefined for a miss. Throws an error that a batch was answered with.
 */
export function dataOf<T = string>(stored: StoredValue<unknown> | BackendError | undefined): T | undefined {
  if (BackendError.is(stored)) throw stored;
  return stored && JSON.parse(Buffer.from(stored.payload as Uint8Array).toString());
}
