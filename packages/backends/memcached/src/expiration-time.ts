import type { Life } from "@hitbox/core";

/** memcached takes a longer time for an epoch second: 30 days. */
const LONGEST_RELATIVE = 30 * 24 * 60 * 60;

/** Seconds that the server's clock may be ahead of this one's: an entry must not end early. */
const MOST_AHEAD = 60 * 60;

/** Largest time that every release can read. */
const LAST = 2 ** 31 - 1;

/**
 * memcached's `exptime` for a life; 0: for ever. The server's seconds begin at the ticks of its clock, so
 * that the first one may be over at once: there is one more. An epoch second is by another clock, and gets an
 * hour more. A life that ends after 2038 has no end in the store. The exact end is in the entry.
 */
export function expirationTime({ seconds }: Life, now: number = Date.now()): number {
  if (seconds === undefined) return 0;
  if (seconds < LONGEST_RELATIVE) return seconds + 1;
  const end = Math.ceil(now / 1_000) + seconds + MOST_AHEAD;
  return end > LAST ? 0 : end;
}
