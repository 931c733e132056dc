import { createCache, type StaleMessage } from "@hitbox/cache";
import { compose } from "@hitbox/composition";
import { faulty } from "@hitbox/conformance";
import { cacheBackend } from "@hitbox/core";
import { memory } from "@hitbox/memory";
import { expect, it, vi } from "vitest";
import { testClock } from "./support/clock.ts";
import { gate, settled } from "./support/gate.ts";
import { heard } from "./support/heard.ts";
import { sharedStore } from "./support/shared-store.ts";

const times10 = (keys: readonly number[]): number[] => keys.map((key) => key * 10);

function open(options: { readonly lease?: false } = {}) {
  const clock = testClock();
  const { now } = clock;
  const store = faulty(sharedStore(now));
  const backend = compose(memory({ maxEntries: 1_000, now }), cacheBackend(store, { now }), { now });
  const cache = createCache({ backend, ttl: "1m", staleWhileRevalidate: "1m", now, ...options });
  return { cache, store, ...clock };
}

it("100 keys are one round trip to the second tier and one call of the loader", async () => {
  const { cache, store } = open();
  const keys = Array.from({ length: 100 }, (_, key) => key);
  const load = vi.fn(times10);
  expect(await cache.getOrSetMany(keys, load)).toEqual(times10(keys));
  expect(load).toHaveBeenCalledTimes(1);
  expect(load.mock.calls[0]?.[0]).toEqual(keys);
  expect(store.calls).toMatchObject({ read: 0, readMany: 1 });
});

it("only what is missing is loaded", async () => {
  const { cache } = open();
  await cache.setMany([
    [1, "one"],
    [3, "three"],
  ]);
  const load = vi.fn((keys: readonly number[]) => keys.map(String));
  expect(await cache.getOrSetMany([1, 2, 3, 4], load)).toEqual(["one", "2", "three", "4"]);
  expect(load.mock.calls.map(([asked]) => asked)).toEqual([[2, 4]]);
  expect(await cache.getOrSetMany([1, 2, 3, 4], load)).toEqual(["one", "2", "three", "4"]);
  expect(load).toHaveBeenCalledTimes(1);
  expect(await cache.getOrSetMany([], load)).toEqual([]);
});

it("equal keys are loaded once, whatever the order of their properties", async () => {
  const { cache } = open();
  const load = vi.fn((keys: readonly object[]) => keys.map((_, index) => index));
  const keys = [{ a: 1, b: 2 }, { a: 1 }, { b: 2, a: 1 }];
  expect(await cache.getOrSetMany(keys, load)).toEqual([0, 1, 0]);
});

it("equal keys share no object that one of them could change", async () => {
  const cache = createCache({ backend: cacheBackend(sharedStore(Date.now)), ttl: "1m" });
  const load = (keys: readonly string[]) => keys.map((key) => ({ key }));
  for (const round of ["loaded", "hit", "hit"]) {
    const [one, other, third] = await cache.getOrSetMany(["a", "b", "a"], load);
    expect([round, one, other, third]).toEqual([round, { key: "a" }, { key: "b" }, { key: "a" }]);
    expect(third).not.toBe(one);
  }
});

it("a key that is being loaded is waited for, and does not hold up the others", async () => {
  const { cache } = open({ lease: false });
  const loading = gate<number>();
  const alone = cache.getOrSet(1, () => loading.opened);
  await settled();
  const load = vi.fn(times10);
  const many = cache.getOrSetMany([1, 2, 3], load);
  const joined = cache.getOrSetMany([2, 3, 4], load);
  await settled();
  expect(load.mock.calls.map(([keys]) => keys)).toEqual([[2, 3], [4]]);
  loading.open(7);
  expect(await many).toEqual([7, 20, 30]);
  expect(await joined).toEqual([20, 30, 40]);
  expect(await alone).toBe(7);
});

it("stale ones are answered with at once, and loaded by one call in the background", async () => {
  const { cache, advance } = open({ lease: false });
  await cache.getOrSetMany([1, 2, 3], times10);
  advance(60_001);
  const stale = heard<StaleMessage>("stale");
  const load = vi.fn((keys: readonly number[]) => keys.map((key) => key * 100));
  expect(await cache.getOrSetMany([1, 2, 3], load)).toEqual([10, 20, 30]);
  await settled();
  expect(stale).toHaveLength(3);
  expect(load.mock.calls.map(([keys]) => keys)).toEqual([[1, 2, 3]]);
  expect(await cache.getMany([1, 2, 3])).toEqual([100, 200, 300]);
});

it("undefined is not found, and not stored", async () => {
  const { cache } = open();
  const load = vi.fn((keys: readonly number[]) => keys.map((key) => (key === 2 ? undefined : key)));
  expect(await cache.getOrSetMany([1, 2], load)).toEqual([1, undefined]);
  expect(await cache.getOrSetMany([1, 2], load)).toEqual([1, undefined]);
  expect(load.mock.calls.map(([keys]) => keys)).toEqual([[1, 2], [2]]);
});

it("a loader that fails, or gives too few, fails them all and stores nothing", async () => {
  const { cache } = open();
  const fails = (): never => {
    throw new Error("down");
  };
  await expect(cache.getOrSetMany([1, 2], fails)).rejects.toThrow("down");
  await expect(cache.getOrSetMany([1, 2], () => [1])).rejects.toThrow(
    "the loader of 2 keys must answer with 2 values, in their order, or with a Map; got 1",
  );
  await expect(cache.getOrSetMany([1, 2], () => "ab" as never)).rejects.toThrow("got string");
  await settled();
  expect(await cache.getMany([1, 2])).toEqual([undefined, undefined]);
});

it("a wrong key rejects, and nothing is loaded", async () => {
  const { cache } = open();
  const load = vi.fn(() => [1, 2]);
  await expect(cache.getOrSetMany([1, Number.NaN], load)).rejects.toThrow(TypeError);
  await settled();
  expect(load).not.toHaveBeenCalled();
});

it("the loader is told to stop when nobody waits for any of its keys", async () => {
  const { cache } = open();
  const caller = new AbortController();
  let told: AbortSignal | undefined;
  const answer = cache.getOrSetMany(
    [1, 2],
    (_, { signal }) => {
      told = signal;
      return new Promise<number[]>(() => {});
    },
    { signal: caller.signal },
  );
  const other = cache.getOrSet(2, () => 0);
  await settled();
  other.catch(() => {});
  caller.abort(new Error("enough"));
  await expect(answer).rejects.toThrow("enough");
  expect(told?.aborted).toBe(false);
  await cache.close();
  expect(told?.aborted).toBe(true);
});

it("keys that another process loads are waited for, without holding up the rest", async () => {
  const { now } = testClock();
  const store = sharedStore(now);
  const [here, there] = [0, 1].map(() =>
    createCache({ backend: cacheBackend(store, { now }), ttl: "1m", now }),
  );
  const loading = gate<number>();
  const elsewhere = there?.getOrSet(1, () => loading.opened);
  await settled();
  const load = vi.fn(times10);
  const many = here?.getOrSetMany([1, 2, 3], load);
  await settled();
  expect(load.mock.calls.map(([keys]) => keys)).toEqual([[2, 3]]);
  loading.open(7);
  expect(await many).toEqual([7, 20, 30]);
  expect(await elsewhere).toBe(7);
  expect(load).toHaveBeenCalledTimes(1);
});
