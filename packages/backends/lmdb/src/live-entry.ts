import type { Database } from "lmdb";

/** Envelopes by key; the version of an entry is the time when it expires, or NEVER. */
export type Entries = Database<Uint8Array, Buffer>;

/** The version of an entry that does not expire. */
export const NEVER = 0;

export interface StoredBytes {
  readonly value: Uint8Array;
  /** When it expires, or NEVER. */
  readonly version: number;
}

/** A copy of the entry, if it is there and has not expired by `now`. */
export function liveEntry(entries: Entries, key: Buffer, now: number): StoredBytes | undefined {
  const { value, version = NEVER } = entries.getEntry(key) ?? {};
  return value === undefined || (version !== NEVER && version <= now) ? undefined : { value, version };
}
