import { type AnyBackend, type Clock, checkKnown, checkOption } from "@hitbox/core";
import type { Cache } from "../cache.ts";
import { CACHE_OPTIONS, type CacheOptions, createCache } from "../create-cache.ts";
import { type HandClock, handClock } from "./hand-clock.ts";

/** The options of a cache. Its time is the clock's. */
export interface TestCacheOptions extends Omit<CacheOptions, "backend" | "now"> {
  /** Makes the backend, by the clock: `(now) => memory({ maxEntries: 1_000, now })`. */
  readonly backend: (now: Clock) => AnyBackend;
  /** To be given if several caches have one time. Default: a clock of its own. */
  readonly clock?: HandClock | undefined;
}

export interface TestCache {
  readonly cache: Cache;
  readonly clock: HandClock;
}

/**
 * Makes a cache whose time a test moves.
 *
 * @throws TypeError for an option that is unknown or wrong.
 * @example
 * import { settle, testCache } from "@hitbox/cache/testing";
 * const backend = (now: () => number) => memory({ maxEntries: 1_000, now });
 * const { cache, clock } = testCache({ backend, ttl: "1m", staleWhileRevalidate: "1h" });
 * await cache.set("rate", 1);
 * clock.advance("2m");
 * await cache.getOrSet("rate", () => 2); // 1
 * await settle();
 * await cache.get("rate"); // 2
 */
export function testCache(options: TestCacheOptions): TestCache {
  checkOption(typeof options === "object" && options !== null, "options", options, "must be an object");
  checkOption(!("now" in options), "now", undefined, "is the clock's: give a `clock` instead");
  checkKnown("testCache", options, [...CACHE_OPTIONS.filter((name) => name !== "now"), "clock"]);
  const { backend, clock = handClock(), ...rest } = options;
  const rule = "must be a function, such as (now) => memory({ maxEntries: 1_000, now })";
  checkOption(typeof backend === "function", "backend", backend, rule);
  return { cache: createCache({ ...rest, backend: backend(clock.now), now: clock.now }), clock };
}
