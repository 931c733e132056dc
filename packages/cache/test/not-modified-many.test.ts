import { createCache, LoadManyError, type ManyLoader, NothingToKeepError } from "@hitbox/cache";
import { memory } from "@hitbox/memory";
import { expect, it, vi } from "vitest";
import { testClock } from "./support/clock.ts";
import { gate, settled } from "./support/gate.ts";

const SECOND = 1_000;

function open() {
  const { now, advance } = testClock();
  const backend = memory({ maxEntries: 100, now });
  const onError = vi.fn();
  const cache = createCache({ backend, ttl: "10s", staleIfError: "1h", now, onError });
  return { cache, now, advance, onError };
}

/** Keeps the values that it can keep, and loads 2 for the others. */
const keepOr2: ManyLoader<string, number> = (keys, { hasStale, notModified }) =>
  keys.map((key) => (hasStale(key) ? notModified() : 2));

it("keys of an array keep their values with a new life, beside keys that are loaded", async () => {
  const { cache, now, advance } = open();
  await cache.set("a", 1, { tags: ["t"] });
  advance(15 * SECOND);
  const asked = now();
  const load: typeof keepOr2 = (keys, context) => {
    advance(2 * SECOND);
    return keepOr2(keys, context);
  };
  expect(await cache.getOrSetMany(["a", "b"], load)).toEqual([1, 2]);
  expect(await cache.lookup("a")).toMatchObject({ value: 1, status: "fresh", createdAt: asked });
  await cache.invalidateTags(["t"]);
  expect(await cache.getMany(["a", "b"])).toEqual([undefined, 2]);
});

it("keys of a Map keep their values, and a further key that keeps its own is left as it is", async () => {
  const { cache, advance, onError } = open();
  await cache.setMany([
    ["a", 1],
    ["further", 3],
  ]);
  advance(5 * SECOND);
  await cache.expire("a");
  const load: ManyLoader<string, number> = (_, { notModified }) =>
    new Map([
      ["a", notModified()],
      ["further", notModified()],
      ["unknown", notModified()],
    ]);
  expect(await cache.getOrSetMany(["a"], load)).toEqual([1]);
  await cache.idle();
  expect(await cache.lookup("a")).toMatchObject({ value: 1, age: 0 });
  expect(await cache.lookup("further")).toMatchObject({ value: 3, age: 5 * SECOND });
  expect(await cache.has("unknown")).toBe(false);
  expect(onError).not.toHaveBeenCalled();
});

it("the context has the value of each key that is being replaced", async () => {
  const { cache, now, advance } = open();
  const began = now();
  await cache.set("a", 1);
  advance(15 * SECOND);
  const told: unknown[] = [];
  const load: ManyLoader<string, number> = (keys, { hasStale, stale, staleCreatedAt }) => {
    for (const key of [...keys, "c"]) told.push([hasStale(key), stale(key), staleCreatedAt(key)]);
    return keys.map(() => 2);
  };
  await cache.getOrSetMany(["a", "b"], load);
  const nothing = [false, undefined, undefined];
  expect(told).toEqual([[true, 1, began], nothing, nothing]);
});

it("a key without a value to keep fails alone, and the error names it", async () => {
  const { cache, advance } = open();
  await cache.set("a", 1);
  advance(15 * SECOND);
  const error = await cache
    .getOrSetMany(["a", "b"], (keys, { notModified }) => keys.map(() => notModified()))
    .catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(LoadManyError);
  const { failures, values } = error as LoadManyError;
  expect(failures.get("b")).toBeInstanceOf(NothingToKeepError);
  expect(failures.get("b")).toMatchObject({ key: "b" });
  expect([...values]).toEqual([["a", 1]]);
  expect(await cache.lookup("a")).toMatchObject({ status: "fresh" });
});

it("a reload has nothing to keep", async () => {
  const { cache } = open();
  await cache.set("a", 1);
  expect(await cache.getOrSetMany(["a"], keepOr2, { mode: "reload" })).toEqual([2]);
});

it("a key that is deleted while the loader runs stays deleted, and the others are kept", async () => {
  const { cache, advance } = open();
  await cache.setMany([
    ["a", 1],
    ["b", 1],
  ]);
  advance(15 * SECOND);
  const { opened, open: goOn } = gate();
  const call = cache.getOrSetMany<string, number>(["a", "b"], async (keys, context) => {
    await opened;
    return keepOr2(keys, context);
  });
  await settled();
  await cache.delete("a");
  goOn();
  expect(await call).toEqual([1, 1]);
  expect(await cache.has("a")).toBe(false);
  expect(await cache.lookup("b")).toMatchObject({ status: "fresh" });
});
