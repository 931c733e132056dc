import { createCache } from "@hitbox/cache";
import { compose, tier } from "@hitbox/composition";
import { type Backend, cacheBackend, cacheValue } from "@hitbox/core";
import { memory } from "@hitbox/memory";
import { describe, expect, it, vi } from "vitest";
import { testClock } from "./support/clock.ts";
import { settled } from "./support/gate.ts";
import { sharedStore } from "./support/shared-store.ts";

// The end of a first tier's copy is not the end of the value's ttl.

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

const LEASES = ["leases", "no leases"] as const;

describe.each(LEASES)("a first tier of 10 s over a store with %s", (leases) => {
  function open() {
    const clock = testClock();
    const { now } = clock;
    const near = tier(memory({ maxEntries: 10, now }), { maxTtl: 10 * SECOND, now });
    const backend = compose(near, cacheBackend(sharedStore(now, { leases }), { now }), { now });
    const cache = createCache({ backend, ttl: "10m", refreshAhead: 0.8, now });
    const load = vi.fn(() => now());
    return { ...clock, cache, load };
  }

  it("is refreshed ahead once for each share of ttl, and not of its own end", async () => {
    const { cache, load, advance, now } = open();
    const loads: number[] = [];
    const start = now();
    for (let second = 0; second <= 1_500; second++) {
      const before = load.mock.calls.length;
      await cache.getOrSet("row", load);
      await settled();
      if (load.mock.calls.length > before) loads.push((now() - start) / SECOND);
      advance(SECOND);
    }
    expect(loads).toEqual([0, 480, 960, 1_440]);
  });

  it("is refreshed ahead at the same times in a batch", async () => {
    const { cache, load, advance } = open();
    for (let time = 0; time < 100; time++) {
      await cache.getOrSetMany(["row"], (keys) => keys.map(load));
      await settled();
      advance(4.5 * SECOND);
    }
    // 450 seconds, less than 80 % of ten minutes.
    expect(load).toHaveBeenCalledTimes(1);
    advance(31 * SECOND);
    await cache.getOrSetMany(["row"], (keys) => keys.map(load));
    await settled();
    expect(load).toHaveBeenCalledTimes(2);
  });

  it("tells the age and freshness of the value, and not of its copy", async () => {
    const { cache, load, advance } = open();
    await cache.getOrSet("row", load);
    for (const seconds of [5, 11, 300]) {
      advance(seconds * SECOND);
      expect(await cache.lookup("row")).toMatchObject({ status: "fresh" });
    }
    expect((await cache.lookup("row")).age).toBe(316 * SECOND);
  });
});

it("a first tier alone is refreshed ahead by its own end: there is no other", async () => {
  const { now, advance } = testClock();
  const near = tier(memory({ maxEntries: 10, now }), { maxTtl: 10 * SECOND, now });
  const cache = createCache({ backend: near, ttl: "10m", now });
  await cache.set("a", 1);
  advance(11 * SECOND);
  expect(await cache.get("a")).toBeUndefined();
});

it("tier hands its clock on: an entry ends by it, whatever the system's says", async () => {
  const { now, advance } = testClock();
  const store: Backend<unknown> = sharedStore(now);
  const backend = tier(store, { maxTtl: 5 * MINUTE, now });
  await backend.set("a", cacheValue(1, { createdAt: now(), ttl: MINUTE }));
  expect((await backend.get<number>("a"))?.data).toBe(1);
  advance(MINUTE);
  expect(await backend.get("a")).toBeUndefined();
});

it("tier's clock is the one by which maxTtl is counted, under a cache with that clock", async () => {
  const { now, advance } = testClock();
  const far = sharedStore(now);
  const near = tier(memory({ maxEntries: 10, now }), { maxTtl: MINUTE, now });
  const cache = createCache({ backend: compose(near, far, { now }), ttl: "1h", now });
  await cache.set("a", 1);
  expect(cache.getSync("a")).toBe(1);
  advance(MINUTE + 1);
  expect(cache.getSync("a")).toBeUndefined();
  expect(await cache.get("a")).toBe(1);
});
