import { isDeepStrictEqual } from "node:util";
import { freshness, type StoredValue } from "@hitbox/core";
import type { ShadowOutcome } from "../channels.ts";

/** Compares the entries of a backend and of its candidate. One that has expired counts as none. */
export function compareEntries(
  entry: StoredValue<unknown> | undefined,
  candidate: StoredValue<unknown> | undefined,
): ShadowOutcome {
  if (entry === undefined) return candidate === undefined ? "same" : "extra";
  if (candidate === undefined) return "missing";
  return isDeepStrictEqual(comparable(entry), comparable(candidate)) ? "same" : "different";
}

export function unlessExpired<Raw>(entry: StoredValue<Raw> | undefined): StoredValue<Raw> | undefined {
  return entry === undefined || freshness(entry) === "expired" ? undefined : entry;
}

/** Buffers and other views of equal bytes are equal. */
function comparable({ payload, ...entry }: StoredValue<unknown>): unknown[] {
  const { format, compressor, decodedBytes, createdAt, staleAt, expiresAt, tags, loadMs } = entry;
  const bytes =
    payload instanceof Uint8Array ? Buffer.from(payload.buffer, payload.byteOffset, payload.length) : payload;
  return [bytes, format, compressor, decodedBytes, createdAt, staleAt, expiresAt, [...(tags ?? [])], loadMs];
}
