import { type CacheOptions, createCache } from "@hitbox/cache";
import { cacheBackend } from "@hitbox/core";
import { memory } from "@hitbox/memory";
import { expect, it } from "vitest";
import { testClock } from "./support/clock.ts";
import { gate, settled } from "./support/gate.ts";
import { sharedStore } from "./support/shared-store.ts";

function open(options: Partial<CacheOptions> = {}) {
  const clock = testClock();
  const { now } = clock;
  const cache = createCache({ backend: memory({ maxEntries: 2_000, now }), ttl: "1m", now, ...options });
  return { cache, ...clock };
}

const fails = (): Promise<number> => Promise.reject(new Error("away"));
const NONE = { hits: 0, stale: 0, misses: 0, collapsed: 0, loads: 0, failures: 0, savedMs: 0 };

it("counts hits, misses, stale answers, loads and failures", async () => {
  const { cache, advance } = open({ staleWhileRevalidate: "1m" });
  expect(cache.stats()).toEqual({ ...NONE, spaces: new Map([["", NONE]]) });
  await cache.get("a");
  await cache.getOrSet("a", () => 1);
  await cache.getOrSet("a", () => 2);
  await cache.get("a");
  cache.getSync("a");
  expect(cache.stats()).toMatchObject({ hits: 3, misses: 2, loads: 1 });
  advance(60_000);
  await cache.get("a");
  await cache.getOrSet("a", fails);
  await settled();
  await cache.getOrSet("b", fails).catch(() => {});
  expect(cache.stats()).toMatchObject({ hits: 3, stale: 2, misses: 3, collapsed: 0, loads: 3, failures: 2 });
});

it("counts each key of a call for many", async () => {
  const { cache } = open();
  await cache.set("a", 1);
  await cache.getOrSetMany(["a", "b", "c"], (keys) => keys);
  await cache.getMany(["a", "b", "d"]);
  expect(cache.stats()).toMatchObject({ hits: 3, misses: 3, loads: 2, failures: 0 });
});

it("counts callers who wait for the load of another as collapsed", async () => {
  const { cache } = open();
  const loading = gate<number>();
  const calls = Array.from({ length: 10 }, () => cache.getOrSet("a", () => loading.opened));
  await settled();
  loading.open(1);
  await Promise.all(calls);
  expect(cache.stats()).toMatchObject({ misses: 1, collapsed: 9, loads: 1, hits: 0 });
});

it("counts callers who wait for another process as collapsed", async () => {
  const { now } = testClock();
  const store = sharedStore(now);
  const [here, there] = [0, 1].map(() =>
    createCache({ backend: cacheBackend(store, { now }), ttl: "1m", now }),
  );
  const loading = gate<number>();
  const elsewhere = there?.getOrSet("a", () => loading.opened);
  await settled();
  const waiting = here?.getOrSet("a", () => 2);
  await settled();
  loading.open(1);
  expect(await Promise.all([elsewhere, waiting])).toEqual([1, 1]);
  expect(here?.stats()).toMatchObject({ misses: 0, collapsed: 1, loads: 0 });
  await here?.getOrSet("a", () => 3);
  expect(here?.stats()).toMatchObject({ hits: 1 });
});

it("counts by namespace and entity, and those within one", async () => {
  const { cache } = open();
  const shop = cache.namespace("shop");
  const users = shop.entity<string, string>({ prefix: "user", version: 3 });
  await cache.get("a");
  await shop.get("a");
  await users.getOrSet("a", () => "Ada");
  await users.getOrSet("a", () => "Ada");
  const { spaces, ...all } = cache.stats();
  expect(all).toMatchObject({ hits: 1, misses: 3, loads: 1 });
  expect([...spaces.keys()]).toEqual(["", "shop", "shop/user.v3"]);
  expect(spaces.get("shop/user.v3")).toMatchObject({ hits: 1, misses: 1, loads: 1 });
  expect(shop.stats()).toMatchObject({ hits: 1, misses: 2 });
  expect(users.stats()).toMatchObject({ hits: 1, misses: 1 });
  expect(cache.namespace("shop").stats()).toEqual(shop.stats());
});

it("saved milliseconds are the answers that nothing was loaded for, times the mean of a load", async () => {
  const { cache, advance } = open();
  const load = (ms: number) => () => {
    advance(ms);
    return 1;
  };
  await cache.getOrSet("a", load(10));
  await cache.getOrSet("b", load(30));
  expect(cache.stats().savedMs).toBe(0);
  for (let hit = 0; hit < 5; hit++) await cache.getOrSet("a", load(1_000));
  expect(cache.stats().savedMs).toBe(100);
});

it("counts a call that found nothing and loads nothing as a miss", async () => {
  const { cache } = open();
  await cache.getOrSetMany(["a", "b"], (keys) => keys, { mode: "only-if-cached" });
  expect(cache.stats()).toMatchObject({ hits: 0, misses: 2, loads: 0 });
});

it("the time of a batch is shared by its keys", async () => {
  const { cache, advance } = open();
  const load = (keys: readonly number[]) => {
    advance(100);
    return keys;
  };
  const keys = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
  await cache.getOrSetMany(keys, load);
  await cache.getOrSetMany(keys, load);
  expect(cache.stats().savedMs).toBeCloseTo(100);
});

it("counts 1,000 namespaces apart, and the rest together", async () => {
  const { cache } = open();
  for (let number = 0; number < 1_500; number++) await cache.namespace(`n${number}`).get("a");
  const { spaces, misses } = cache.stats();
  expect(misses).toBe(1_500);
  expect(spaces.size).toBe(1_001);
  expect(spaces.get("*")?.misses).toBe(501);
});
