import { type CacheOptions, createCache, type ErrorMessage, type ReadMessage } from "@hitbox/cache";
import { compose } from "@hitbox/composition";
import { type Fault, faulty } from "@hitbox/conformance";
import { cacheBackend } from "@hitbox/core";
import { memory } from "@hitbox/memory";
import { expect, it, vi } from "vitest";
import { testClock } from "./support/clock.ts";
import { settled } from "./support/gate.ts";
import { heard } from "./support/heard.ts";
import { sharedStore } from "./support/shared-store.ts";

// Keys of a getOrSetMany that are found in a tier that answers later are what every other caller's are.

const KEYS = [1, 2, 3];

function open(options: Partial<CacheOptions> = {}) {
  const clock = testClock();
  const { now } = clock;
  const far = sharedStore(now);
  const state: { fault: Fault | undefined } = { fault: undefined };
  const store = faulty(far, { script: () => state.fault });
  const cache = createCache({
    backend: cacheBackend(store, { now }),
    ttl: "1m",
    now,
    lease: false,
    ...options,
  });
  return { ...clock, cache, store, far, state };
}

const lists = (keys: readonly number[]): { list: number[] }[] => keys.map((key) => ({ list: [key] }));
const missed = (): never => {
  throw new Error("a hit came to the loader");
};

it("who asks for a key while it is read waits for the same read, and shares no object", async () => {
  const { cache, store } = open();
  await cache.getOrSetMany(KEYS, lists);
  const reads = store.calls.readMany;
  const many = cache.getOrSetMany<number, { list: number[] }>([2], missed);
  // Hears of the answer later than who has no signal.
  const { signal } = new AbortController();
  const alone = cache.getOrSet<{ list: number[] }>(2, missed, { signal });
  const [second] = await many;
  second?.list.push(5);
  expect(await alone).toEqual({ list: [2] });
  expect(store.calls).toMatchObject({ read: 1, readMany: reads });
});

it("who asks while it is read and then found missing waits for the same load", async () => {
  const { cache } = open();
  const load = vi.fn((keys: readonly number[]) => keys.map((key) => key * 10));
  const many = cache.getOrSetMany(KEYS, load);
  const other = vi.fn(() => 0);
  expect(await cache.getOrSet(2, other)).toBe(20);
  expect(await many).toEqual([10, 20, 30]);
  expect(other).not.toHaveBeenCalled();
});

it("what is deleted while it is read is an answer for those who had asked, and for nobody else", async () => {
  const { cache } = open();
  await cache.getOrSetMany(KEYS, (keys) => keys);
  const hits = heard<ReadMessage>("hit");
  const many = cache.getOrSetMany(KEYS, missed);
  // The read has left.
  await new Promise<void>((resolve) => process.nextTick(resolve));
  const deleted = cache.delete(2);
  const later = cache.getOrSet(2, () => 7);
  expect(await many).toEqual(KEYS);
  await deleted;
  expect(await later).toBe(7);
  expect(hits.map(({ key }) => key).sort()).toEqual(["=1", "=2", "=3"]);
});

it("one that cannot be read is reported and loaded, and the others are answered with", async () => {
  const { cache, far } = open();
  await cache.getOrSetMany(KEYS, (keys) => keys);
  const entry = await far.read("=2");
  await far.write("=2", { ...(entry as NonNullable<typeof entry>), payload: Buffer.from("{") });
  const errors = heard<ErrorMessage>("error");
  const load = vi.fn((keys: readonly number[]) => keys.map((key) => key * 10));
  expect(await cache.getOrSetMany(KEYS, load)).toEqual([1, 20, 3]);
  expect(load.mock.calls.map(([keys]) => keys)).toEqual([[2]]);
  expect(errors).toMatchObject([{ operation: "get", key: "=2", error: { code: "deserialization" } }]);
});

it("tags are read once, in the batch of the keys, and an invalidated one falls for all", async () => {
  const { cache, store, advance } = open({ tags: ["a", "b"] });
  await cache.getOrSetMany(KEYS, (keys) => keys);
  await settled();
  const { read, readMany } = store.calls;
  expect(await cache.getOrSetMany(KEYS, missed)).toEqual(KEYS);
  expect(store.calls).toMatchObject({ read, readMany: readMany + 1 });
  advance(1);
  await cache.invalidateTags(["b"]);
  advance(1);
  expect(await cache.getOrSetMany(KEYS, (keys) => keys.map((key) => key * 10))).toEqual([10, 20, 30]);
});

it("entries with tags that are not the call's are looked at too", async () => {
  const { cache, advance } = open();
  await cache.getOrSetMany(KEYS, (keys) => keys);
  await cache.set(2, 2, { tags: ["own"] });
  expect(await cache.getOrSetMany(KEYS, missed)).toEqual(KEYS);
  advance(1);
  await cache.invalidateTags(["own"]);
  expect(await cache.getOrSetMany(KEYS, (keys) => keys.map((key) => key * 10))).toEqual([1, 20, 3]);
});

it("a schema is looked at, also one that takes its time", async () => {
  const { cache } = open();
  const validate = vi.fn(async (value: unknown) =>
    value === 2 ? { issues: [{ message: "not two" }] } : { value: Number(value) },
  );
  const schema = { "~standard": { version: 1 as const, vendor: "test", validate } };
  const numbers = cache.entity<number, number>({ prefix: "n", schema });
  await cache.entity({ prefix: "n" }).setMany(KEYS.map((key) => [key, key] as const));
  const load = vi.fn((keys: readonly number[]) => keys.map((key) => key * 10));
  expect(await numbers.getOrSetMany(KEYS, load)).toEqual([1, 20, 3]);
  expect(load.mock.calls.map(([keys]) => keys)).toEqual([[2]]);
});

it("what is due is loaded in the background, for the keys that are due", async () => {
  const { cache, advance } = open({ refreshAhead: 0.5 });
  await cache.set(1, 1);
  advance(31_000);
  await cache.setMany([
    [2, 2],
    [3, 3],
  ]);
  const load = vi.fn((keys: readonly number[]) => keys.map((key) => key * 10));
  expect(await cache.getOrSetMany(KEYS, load)).toEqual(KEYS);
  await settled();
  expect(load.mock.calls.map(([keys]) => keys)).toEqual([[1]]);
  expect(await cache.getMany(KEYS)).toEqual([10, 2, 3]);
});

it("a caller who goes away is told at once", async () => {
  const { cache, state } = open();
  await cache.getOrSetMany(KEYS, (keys) => keys);
  const caller = new AbortController();
  state.fault = "hang";
  const many = cache.getOrSetMany(KEYS, missed, { signal: caller.signal });
  caller.abort(new Error("enough"));
  await expect(many).rejects.toThrow("enough");
});

it("a failing backend fails it where that is asked for, and is loaded for otherwise", async () => {
  const { cache, state } = open();
  state.fault = { fail: "connection" };
  const load = vi.fn((keys: readonly number[]) => keys);
  await expect(cache.getOrSetMany(KEYS, load, { onBackendError: "throw" })).rejects.toMatchObject({
    code: "connection",
  });
  expect(load).not.toHaveBeenCalled();
  expect(await cache.getOrSetMany(KEYS, load)).toEqual(KEYS);
});

it("a close while keys are read waits for them, and what is missing then is not loaded", async () => {
  const { cache } = open();
  await cache.set(1, 1);
  const load = vi.fn((keys: readonly number[]) => keys);
  const [found, missing] = [cache.getOrSetMany([1], load), cache.getOrSetMany([2], load)];
  missing.catch(() => {});
  await cache.close();
  expect(await found).toEqual([1]);
  await expect(missing).rejects.toMatchObject({ code: "closed" });
  expect(load).not.toHaveBeenCalled();
});

it("what a batch finds in a lower tier is what later hits in the first are: the same, frozen", async () => {
  const { now } = testClock();
  const near = memory({ maxEntries: 10, now });
  const backend = compose(near, cacheBackend(sharedStore(now), { now }), { now });
  const cache = createCache({ backend, ttl: "1m", now });
  await cache.getOrSetMany(KEYS, lists);
  near.clear?.();
  const [first] = await cache.getOrSetMany<number, { list: number[] }>(KEYS, missed);
  expect(Object.isFrozen(first?.list)).toBe(true);
  expect(await cache.get(1)).toBe(first);
});
