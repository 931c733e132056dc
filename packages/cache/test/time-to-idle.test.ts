import { type Cache, type CacheOptions, createCache } from "@hitbox/cache";
import { compose, tier } from "@hitbox/composition";
import { faulty } from "@hitbox/conformance";
import { type AnyBackend, cacheBackend } from "@hitbox/core";
import { memory } from "@hitbox/memory";
import { describe, expect, it, vi } from "vitest";
import { testClock } from "./support/clock.ts";
import { gate, settled } from "./support/gate.ts";
import { heard } from "./support/heard.ts";
import { sharedStore } from "./support/shared-store.ts";

const two = (far: AnyBackend, now: () => number): AnyBackend =>
  compose(memory({ maxEntries: 100, now }), far, { now });

const STORES = {
  "a memory tier": (now: () => number) => memory({ maxEntries: 100, now }),
  "a store that processes share": (now: () => number) => sharedStore(now),
  "two tiers": (now: () => number) => two(cacheBackend(sharedStore(now), { now }), now),
};

type Reading = readonly [string, (cache: Cache) => Promise<unknown>];
const load = (): string => "loaded";
const READS: readonly Reading[] = [
  ["get", (cache) => cache.get("a")],
  ["getMany", async (cache) => (await cache.getMany(["a"]))[0]],
  ["getSync", async (cache) => cache.getSync("a") ?? cache.get("a")],
  ["lookup", async (cache) => (await cache.lookup("a")).value],
  ["getOrSet", (cache) => cache.getOrSet("a", load)],
  ["getOrSetMany", async (cache) => (await cache.getOrSetMany(["a"], () => [load()]))[0]],
  ["a lookup with a loader", async (cache) => (await cache.lookup("a", load)).value],
];

describe.each(Object.entries(STORES))("over %s an entry with timeToIdle", (_, open) => {
  const start = (options: Partial<CacheOptions> = {}) => {
    const clock = testClock();
    const { now } = clock;
    const cache = createCache({ backend: open(now), ttl: 1_000, timeToIdle: 100, now, ...options });
    return { ...clock, cache };
  };

  it("ends when nobody has read it for so long", async () => {
    const { cache, advance } = start();
    await cache.set("a", 1);
    advance(99);
    expect(await cache.has("a")).toBe(true);
    await cache.idle();
    advance(100);
    expect(await cache.has("a")).toBe(false);
  });

  it.each(READS)("is kept by %s, until its ttl is over", async (_name, read) => {
    const { cache, advance } = start();
    await cache.set("a", "kept");
    for (let at = 60; at < 1_000; at += 60) {
      advance(60);
      expect(await read(cache)).toBe("kept");
      await cache.idle();
    }
    advance(40);
    expect(await cache.get("a")).toBeUndefined();
  });

  it("is kept for ever if its ttl has no end", async () => {
    const { cache, advance } = start({ ttl: Number.POSITIVE_INFINITY });
    await cache.set("a", 1);
    for (let read = 0; read < 100; read++) {
      advance(60);
      expect((await cache.lookup("a")).staleAt).toBeUndefined();
      await cache.idle();
    }
    advance(100);
    expect(await cache.get("a")).toBeUndefined();
  });

  it("is written once in half of it, however many reads there are", async () => {
    const { cache, advance } = start();
    const told = heard("touch");
    await cache.set("a", 1);
    for (let ms = 0; ms < 400; ms++) {
      advance(1);
      await cache.get("a");
      await settled();
    }
    expect(told.length).toBeGreaterThanOrEqual(4);
    expect(told.length).toBeLessThanOrEqual(8);
  });

  it("keeps its stale windows, and is kept in them", async () => {
    const { cache, advance } = start({ ttl: 200, staleIfError: 300 });
    const down = () => Promise.reject(new Error("down"));
    await cache.set("a", "old");
    for (let at = 60; at < 500; at += 60) {
      advance(60);
      expect(await cache.getOrSet("a", down)).toBe("old");
      await cache.idle();
    }
    advance(20);
    await expect(cache.getOrSet("a", down)).rejects.toThrow("down");
  });

  it("does not come back when it is deleted, expired or invalidated while it is read", async () => {
    const { cache, advance } = start({ tags: ["t"] });
    await cache.setMany([["a", 1], ["b", 1], ["c", 1]]); // biome-ignore format: pairs
    advance(60);
    const reads = cache.getMany(["a", "b", "c"]);
    await Promise.all([cache.delete("a"), cache.expire("b"), cache.invalidateTags(["t"]), reads]);
    await cache.idle();
    expect(await cache.getMany(["a", "b", "c"])).toEqual([undefined, undefined, undefined]);
  });
});

it("an option of a call, an entity or a set counts there", async () => {
  const { now, advance } = testClock();
  const cache = createCache({ backend: memory({ maxEntries: 10, now }), ttl: 1_000, now });
  const users = cache.entity<number, string>({ prefix: "user", timeToIdle: 100 });
  await users.set("a", 1);
  await cache.set("a", 1, { timeToIdle: 100 });
  for (let at = 0; at < 4; at++) {
    advance(60);
    expect(await users.get("a")).toBe(1);
    expect(await cache.getOrSet("a", () => 2, { timeToIdle: 100 })).toBe(1);
    await cache.idle();
  }
  await cache.get("a");
  advance(100);
  expect(await cache.getMany(["a"])).toEqual([undefined]);
  await expect(cache.set("a", 1, { timeToIdle: 0 })).rejects.toThrow(/^timeToIdle must be above 0/);
});

it("an entry without it is not kept by reads that have it", async () => {
  const { now, advance } = testClock();
  const cache = createCache({ backend: memory({ maxEntries: 10, now }), ttl: 100, now });
  await cache.set("a", 1);
  for (const call of [1, 2]) {
    advance(50);
    await cache.getOrSet("a", () => call, { timeToIdle: 100, ttl: 10_000 });
    await cache.idle();
  }
  expect(await cache.get("a")).toBe(2);
});

describe("among processes", () => {
  const start = (open: (store: ReturnType<typeof sharedStore>, now: () => number) => AnyBackend) => {
    const clock = testClock();
    const { now } = clock;
    const store = faulty(sharedStore(now));
    const process = (): Cache =>
      createCache({ backend: open(store, now), ttl: 10_000, timeToIdle: 100, now });
    return { ...clock, store, here: process(), there: process() };
  };

  it("reads of either keep it for both", async () => {
    const { here, there, advance } = start((store, now) => two(cacheBackend(store, { now }), now));
    await here.set("a", 1);
    for (const reader of [here, there, here, there, there, here]) {
      advance(60);
      expect(await reader.get("a")).toBe(1);
      await reader.idle();
    }
  });

  it("a read that another process's write has made needless holds up no later one", async () => {
    const { here, there, advance } = start((store, now) => two(cacheBackend(store, { now }), now));
    const read = async (reader: Cache, after: number): Promise<unknown> => {
      advance(after);
      const value = await reader.get("a");
      await reader.idle();
      return value;
    };
    await here.set("a", 1);
    expect(await read(there, 51)).toBe(1);
    expect(await read(here, 48)).toBe(1);
    expect(await read(here, 49)).toBe(1);
    expect(await read(here, 60)).toBe(1);
  });

  it("a first tier with a shorter life asks no more often than the second is written", async () => {
    const { here, advance, store } = start((far, now) =>
      compose(tier(memory({ maxEntries: 9, now }), { maxTtl: 10, now }), cacheBackend(far, { now }), { now }),
    );
    await here.set("a", 1);
    for (let ms = 0; ms < 400; ms++) {
      advance(1);
      expect(await here.get("a")).toBe(1);
      await settled();
    }
    expect(store.calls.lease).toBeLessThanOrEqual(17);
  });

  it("a load in another process is not held up, and the entry is kept if it fails", async () => {
    const { here, there, advance } = start((store, now) => cacheBackend(store, { now }));
    await here.set("a", 1);
    advance(60);
    const loaded = gate<number>();
    const loader = vi.fn(() => loaded.opened);
    const reload = there.getOrSet("a", loader, { mode: "reload" });
    await vi.waitFor(() => expect(loader).toHaveBeenCalled());
    await here.get("a");
    await here.idle();
    loaded.fail(new Error("down"));
    await expect(reload).rejects.toThrow("down");
    advance(20);
    await here.get("a");
    await here.idle();
    advance(90);
    expect(await here.get("a")).toBe(1);
  });
});

it("a store that fails is asked once in half of it, and the failure is told", async () => {
  const { now, advance } = testClock();
  const store = faulty(sharedStore(now), { operations: ["lease"], script: () => ({ fail: "connection" }) });
  const failures: unknown[] = [];
  const cache = createCache({
    ...{ backend: cacheBackend(store, { now }), ttl: 1_000, timeToIdle: 100, now },
    onError: (_, { operation }) => failures.push(operation),
  });
  await cache.set("a", 1);
  for (let ms = 0; ms < 99; ms++) {
    advance(1);
    await cache.get("a");
    await cache.idle();
  }
  expect(failures).toEqual(["touch"]);
});

it("the writes are handed to waitUntil", async () => {
  const { now, advance } = testClock();
  const work: Promise<unknown>[] = [];
  const waitUntil = (one: Promise<unknown>): void => void work.push(one);
  const backend = memory({ maxEntries: 10, now });
  const cache = createCache({ backend, ttl: 1_000, timeToIdle: 100, now, waitUntil });
  await cache.set("a", 1);
  await cache.get("a");
  expect(work).toHaveLength(0);
  advance(60);
  await cache.get("a");
  expect(work).toHaveLength(1);
  await Promise.all(work);
  await cache.close();
});
