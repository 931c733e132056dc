import { checkInstant, checkOption } from "@hitbox/core";
import { type Duration, milliseconds } from "../policy/duration.ts";

/** A clock that moves only by hand. Timers do not hear of it. */
export interface HandClock {
  /** Epoch milliseconds. To be given to caches and to memory tiers, as it is. */
  readonly now: () => number;
  /** Lets time pass: `1_000`, or `"1s"`. */
  advance(by: Duration): void;
}

/**
 * Makes a clock that stands still until it is moved.
 *
 * @throws TypeError for a start that is no whole epoch milliseconds.
 * @example
 * import { handClock } from "@hitbox/cache/testing";
 * const clock = handClock();
 * const store = memory({ maxEntries: 1_000, now: clock.now });
 * const cache = createCache({ backend: store, ttl: "1m", now: clock.now });
 * await cache.set("key", "value");
 * clock.advance("1m");
 * await cache.has("key"); // false
 */
export function handClock(start: number = START): HandClock {
  let at = checkInstant("start", start);
  return {
    now: () => at,
    advance(by) {
      const ms = milliseconds("by", by);
      checkOption(Number.isSafeInteger(at + ms), "by", by, "must be whole milliseconds");
      at += ms;
    },
  };
}

/** Any time that is no special one: entries that count from 0 would hide mistakes. */
const START = Date.UTC(2030, 0, 1);
