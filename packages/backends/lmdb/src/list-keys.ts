import { type KeyListing, type KeyPage, withoutLease } from "@hitbox/core";
import { type Entries, liveEntry } from "./live-entry.ts";

/** Longest that a page holds up the event loop, in milliseconds, one entry over or so. */
const PAGE_MS = 3;
const ZERO = Buffer.alloc(1);

/**
 * One page of the keys of live entries, or of all keys if `leased`, in the order of their bytes. The cursor
 * is the last key that was looked at.
 */
export function listKeys(entries: Entries, listing: KeyListing, now: number): KeyPage {
  const { prefix, cursor, limit, leased = false } = listing;
  const deadline = performance.now() + PAGE_MS;
  const keys: string[] = [];
  for (const key of entries.getKeys({ start: startOf(prefix, cursor) })) {
    const text = key.toString();
    if (!text.startsWith(prefix)) break;
    if (leased || isEntry(entries, key, now)) keys.push(text);
    if (keys.length === limit || performance.now() >= deadline)
      return { keys, cursor: key.toString("base64url") };
  }
  return { keys, cursor: undefined };
}

function isEntry(entries: Entries, key: Buffer, now: number): boolean {
  const found = liveEntry(entries, key, now);
  return found !== undefined && withoutLease(found.value) !== undefined;
}

/** The prefix itself, or the first key that comes after the cursor. */
function startOf(prefix: string, cursor: string | undefined): Buffer {
  return cursor === undefined
    ? Buffer.from(prefix || "\0")
    : Buffer.concat([Buffer.from(cursor, "base64url"), ZERO]);
}
