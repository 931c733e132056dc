import { inspect } from "node:util";
import { createCache, LoadManyError } from "@hitbox/cache";
import { memory } from "@hitbox/memory";
import { expect, it, vi } from "vitest";
import { testClock } from "./support/clock.ts";
import { gate, settled } from "./support/gate.ts";

function open() {
  const clock = testClock();
  const { now } = clock;
  const backend = memory({ maxEntries: 100, now });
  return { cache: createCache({ backend, ttl: "1m", staleIfError: "1m", now }), ...clock };
}

const failure = new Error("no such tea");
const load = (keys: readonly string[]) => keys.map((key) => (key.startsWith("bad") ? failure : key));

async function failureOf(call: Promise<unknown>): Promise<LoadManyError> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(LoadManyError);
  return error as LoadManyError;
}

it("an Error for some keys fails them alone, and stores the others", async () => {
  const { cache } = open();
  const error = await failureOf(cache.getOrSetMany(["a", "bad", "b", "bad 2", "a"], load));
  expect(error.message).toMatch(/^2 of 4 keys could not be loaded/);
  expect([...error.failures]).toEqual([
    ["bad", failure],
    ["bad 2", failure],
  ]);
  expect([...error.values]).toEqual([
    ["a", "a"],
    ["b", "b"],
  ]);
  expect(error.errors).toEqual([failure, failure]);
  expect(await cache.getMany(["a", "bad", "b", "bad 2"])).toEqual(["a", undefined, "b", undefined]);
});

it("a Map may have Errors too", async () => {
  const { cache } = open();
  const loaded = new Map<string, string | Error>([
    ["bad", failure],
    ["a", "loaded"],
  ]);
  const error = await failureOf(cache.getOrSetMany(["a", "bad"], () => loaded));
  expect([...error.values]).toEqual([["a", "loaded"]]);
  expect([...error.failures.keys()]).toEqual(["bad"]);
  expect(await cache.has("bad")).toBe(false);
});

it("a key that fails is answered with its stale value within staleIfError", async () => {
  const { cache, advance } = open();
  await cache.set("bad", "old");
  advance(60_000);
  expect(await cache.getOrSetMany(["a", "bad"], load)).toEqual(["a", "old"]);
});

it("a caller of getOrSet who waits for a key that fails gets its own error", async () => {
  const { cache } = open();
  const loading = gate<readonly (string | Error)[]>();
  const many = cache.getOrSetMany(["a", "bad"], () => loading.opened);
  const single = cache.getOrSet("bad", () => "other");
  const joined = cache.getOrSetMany(["bad", "c"], load);
  for (const call of [many, single, joined]) call.catch(() => {});
  await settled();
  loading.open(load(["a", "bad"]));
  await expect(single).rejects.toBe(failure);
  expect((await failureOf(many)).failures.get("bad")).toBe(failure);
  expect([...(await failureOf(joined)).values]).toEqual([["c", "c"]]);
});

it("a loader that throws fails the call with that error, whatever else is there", async () => {
  const { cache } = open();
  await cache.set("a", "a");
  const fails = vi.fn(() => Promise.reject(failure));
  await expect(cache.getOrSetMany(["a", "b"], fails)).rejects.toBe(failure);
  await expect(cache.getOrSetMany(["b"], fails)).rejects.toBe(failure);
});

it("an error that is logged shows no value of the cache", async () => {
  const { cache } = open();
  const error = await failureOf(cache.getOrSetMany(["secret", "bad"], load));
  expect(inspect(error, { depth: 9, showHidden: true })).not.toContain("secret");
  expect(JSON.stringify(error)).not.toContain("secret");
});
