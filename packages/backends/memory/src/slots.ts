import type { KeyListing, KeyPage } from "@hitbox/core";

/** Slots that are looked at for each key of a page, at most: many may be free, or of other prefixes. */
const SLOTS_PER_KEY = 10;

/**
 * One page of the keys in `slots`. The cursor is the first slot of the next page: no entry changes its slot
 * while it is there, so none is left out.
 */
export function pageOfSlots(
  slots: readonly (string | undefined)[],
  { prefix, cursor = "0", limit }: KeyListing,
  isListed: (key: string) => boolean,
): KeyPage {
  const keys: string[] = [];
  let slot = Number(cursor);
  const end = Math.min(slots.length, slot + limit * SLOTS_PER_KEY);
  for (; slot < end && keys.length < limit; slot++) {
    const key = slots[slot];
    if (key?.startsWith(prefix) && isListed(key)) keys.push(key);
  }
  return { keys, cursor: slot < slots.length ? `${slot}` : undefined };
}
