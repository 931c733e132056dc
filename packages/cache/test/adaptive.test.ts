import { type Cache, type CacheOptions, createCache, type RefreshMessage } from "@hitbox/cache";
import { compose } from "@hitbox/composition";
import { cacheBackend } from "@hitbox/core";
import { memory } from "@hitbox/memory";
import { assertProperty } from "@hitbox/test-support";
import fc from "fast-check";
import { expect, it, onTestFinished, vi } from "vitest";
import { testClock } from "./support/clock.ts";
import { settled } from "./support/gate.ts";
import { heard } from "./support/heard.ts";
import { sharedStore } from "./support/shared-store.ts";

const TTL = 10_000;
/** Enough for shares that are right to two digits. */
const CALLS = 200;

type Tiers = "a memory" | "two tiers" | "a store that takes its time";

/** A cache whose lots are those that `random` draws, and whose loader takes `loadMs`. */
function open(
  random: () => number,
  loadMs: number,
  tiers: Tiers = "a memory",
  options: Partial<CacheOptions> = {},
) {
  const { now, advance } = testClock();
  const far = cacheBackend(sharedStore(now), { now });
  const near = memory({ maxEntries: 1_000, now });
  const backend = {
    "a memory": near,
    "two tiers": compose(near, far, { now }),
    "a store that takes its time": far,
  }[tiers];
  const cache = createCache({ backend, ttl: TTL, refreshAhead: "adaptive", random, now, ...options });
  // Else loads that never end would fail in the time of another test.
  onTestFinished(() => cache.close());
  const load = vi.fn(() => {
    advance(loadMs);
    return 1;
  });
  return { cache, load, advance };
}

it("refreshes if the load, times the lot's exponential variate, would end after the value does", async () => {
  const property = fc.asyncProperty(
    fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    fc.integer({ min: 1, max: 2_000 }),
    fc.integer({ min: 1, max: 7_999 }),
    async (lot, loadMs, left) => {
      const { cache, load, advance } = open(() => lot, loadMs);
      await cache.getOrSet("a", load);
      advance(TTL - loadMs - left);
      expect(await cache.getOrSet("a", load)).toBe(1);
      await settled();
      expect(load).toHaveBeenCalledTimes(-loadMs * Math.log(lot) >= left ? 2 : 1);
    },
  );
  await assertProperty(property, { runs: 50 });
});

const never = (): Promise<string> => new Promise(() => {});

it.each<Tiers>(["a memory", "two tiers", "a store that takes its time"])(
  "refreshes e^-k of the calls that come k load times before the end, by one lot each, over %s",
  async (tiers) => {
    for (const k of [0.5, 1, 3]) {
      let drawn = 0;
      const { cache, advance } = open(() => (drawn++ + 0.5) / CALLS, 0, tiers);
      const keys = Array.from({ length: CALLS }, (_, key) => `${key}`);
      await cache.getOrSetMany(keys, (all) => {
        advance(1_000);
        return all;
      });
      advance(TTL - 1_000 - k * 1_000);
      drawn = 0;
      const refreshes = heard<RefreshMessage>("refresh");
      for (const key of keys) await cache.getOrSet(key, never);
      expect(drawn).toBe(CALLS);
      expect(refreshes.length / CALLS).toBeCloseTo(Math.exp(-k), 2);
      expect(refreshes).toContainEqual(expect.objectContaining({ why: "ahead" }));
    }
  },
);

it.each([
  ["was set", (cache: Cache) => cache.set("a", 1)],
  ["took no time to load", (cache: Cache) => cache.getOrSet("a", () => 1)],
  ["is kept for ever", (cache: Cache, load: () => number) => cache.getOrSet("a", load, { ttl: Infinity })],
])("never refreshes a value ahead that %s", async (_, store) => {
  const { cache, load, advance } = open(() => Number.MIN_VALUE, 1_000);
  await store(cache, load);
  load.mockClear();
  advance(TTL - 1_001);
  expect(await cache.getOrSet("a", load)).toBe(1);
  await settled();
  expect(load).not.toHaveBeenCalled();
});

it("one call can ask for it, or for another way", async () => {
  const { cache, load, advance } = open(() => Math.exp(-3), 1_000, "a memory", { refreshAhead: undefined });
  await cache.getOrSet("a", load);
  advance(TTL - 1_000 - 3_000);
  await cache.getOrSet("a", load);
  await settled();
  expect(load).toHaveBeenCalledTimes(1);
  await cache.getOrSet("a", load, { refreshAhead: "adaptive" });
  await settled();
  expect(load).toHaveBeenCalledTimes(2);
});
