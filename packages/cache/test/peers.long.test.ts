import { createCache, type ErrorMessage, type RetryMessage } from "@hitbox/cache";
import { cbor } from "@hitbox/cbor";
import { compose } from "@hitbox/composition";
import { type Fault, faulty } from "@hitbox/conformance";
import { type Backend, cacheBackend } from "@hitbox/core";
import { memory } from "@hitbox/memory";
import { redis } from "@hitbox/redis";
import { type RedisServer, startRedis, until } from "@hitbox/test-servers";
import { circuitBreaker } from "@hitbox/wrappers";
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { testClock } from "./support/clock.ts";
import { gate, settled } from "./support/gate.ts";
import { heard } from "./support/heard.ts";
import { sharedStore } from "./support/shared-store.ts";

// Faults that users of other libraries have reported. Each is named as they would name it.

let server: RedisServer;
let spaces = 0;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.close());

const far = (): Backend<unknown> =>
  redis({ url: server.url, timeout: 20_000, prefix: `peers${++spaces}`, format: cbor() }) as Backend<unknown>;
const open = (second: Backend<unknown> = far()) =>
  createCache({ backend: compose(memory({ maxEntries: 100 }), second), ttl: "1m" });

describe("deleting a key while its value is being loaded", () => {
  it("does not bring the old value back", async () => {
    await using cache = open();
    const loading = gate<string>();
    const load = vi.fn(() => loading.opened);
    const answer = cache.getOrSet("a", load);
    await until("it loads", () => load.mock.calls.length > 0);
    await cache.delete("a");
    loading.open("old");
    await answer;
    expect(await cache.get("a")).toBeUndefined();
  });

  it("nor does setting it, nor setting it during a refill", async () => {
    const store = far();
    await using cache = open(store);
    const loading = gate<string>();
    const load = vi.fn(() => loading.opened);
    const answer = cache.getOrSet("a", load);
    await until("it loads", () => load.mock.calls.length > 0);
    await cache.set("a", "new");
    loading.open("old");
    await answer;
    expect(await cache.get("a")).toBe("new");
    await cacheBackend(store).set("b", { data: "old", createdAt: 1 });
    await Promise.all([cache.get("b"), cache.set("b", "new")]);
    expect(await cache.get("b")).toBe("new");
  });
});

it("a wrapped function does not return another call's value", async () => {
  await using cache = createCache({ backend: memory({ maxEntries: 1_000 }), ttl: "1m" });
  const echo = cache.wrap((...args: unknown[]) => ({ args }), { key: (...args) => args });
  expect(await echo("ab")).toEqual({ args: ["ab"] });
  expect(await echo("bA")).toEqual({ args: ["bA"] });
  const wrong: string[] = [];
  for (let index = 0; index < 3_000; index++) {
    const args = [String.fromCharCode(32 + (index % 90)) + index, index % 7];
    const [asked, told] = [JSON.stringify({ args }), JSON.stringify(await echo(...args))];
    if (told !== asked) wrong.push(`${asked} is answered by ${told}`);
  }
  expect(wrong).toEqual([]);
});

it("null, 0, an empty string and false in the second tier do not read as a miss", async () => {
  const store = far();
  await using writer = createCache({ backend: store, ttl: "1m" });
  await using cache = open(store);
  for (const value of [null, 0, "", false]) {
    await writer.set(["v", value], value);
    const load = vi.fn(() => "loaded");
    expect(await cache.getOrSet<unknown>(["v", value], load)).toBe(value);
    expect(load).not.toHaveBeenCalled();
  }
});

it("undefined and not found are told apart from values, and not found is not kept by accident", async () => {
  await using cache = open();
  const load = vi.fn(() => undefined);
  expect(await cache.getOrSet("a", load)).toBeUndefined();
  expect(await cache.getOrSet("a", load)).toBeUndefined();
  expect(load).toHaveBeenCalledTimes(2);
  const kept = { notFoundTtl: "1m" } as const;
  expect(await cache.getOrSet("b", load, kept)).toBeUndefined();
  expect(await cache.getOrSet("b", load, kept)).toBeUndefined();
  expect(load).toHaveBeenCalledTimes(3);
  expect(await cache.lookup("b")).toMatchObject({ value: undefined, status: "fresh" });
});

it("a refill does not give the first tier a longer life than the second has left", async () => {
  const { now, advance } = testClock();
  const store = sharedStore(now);
  const writer = createCache({ backend: store, ttl: "60s", now });
  const cache = createCache({
    backend: compose(memory({ maxEntries: 10, now }), store, { now }),
    ttl: "1h",
    now,
  });
  await writer.set("a", 1);
  advance(58_500);
  expect(await cache.get("a")).toBe(1);
  advance(1_499);
  expect(cache.getSync("a")).toBe(1);
  advance(1);
  expect(await cache.get("a")).toBeUndefined();
});

it("Date, Map, Set, Buffer, NaN and BigInt neither change type nor throw", async () => {
  const store = far();
  await using cache = open(store);
  await using fresh = open(store);
  const value = {
    date: new Date(5),
    map: new Map([["a", 1]]),
    set: new Set([1]),
    bytes: new Uint8Array([1, 2]),
    nan: Number.NaN,
    big: 2n ** 70n,
  };
  const miss = await cache.getOrSet("a", () => value);
  for (const answer of [miss, await cache.get("a"), await fresh.get("a"), await fresh.get("a")]) {
    expect(answer).toStrictEqual(value);
  }
});

it("a mutation of a returned object does not change the cache", async () => {
  await using cache = open();
  const spoil = (value: { list: number[]; at: Date } | undefined): void => {
    value?.at.setTime(0);
    try {
      value?.list.push(2);
    } catch {
      // Frozen.
    }
  };
  const fresh = { list: [1], at: new Date(5) };
  spoil(await cache.getOrSet("a", () => ({ list: [1], at: new Date(5) })));
  for (let time = 0; time < 3; time++) {
    spoil(await cache.get("a"));
    expect(await cache.get("a")).toEqual(fresh);
  }
});

it.each(["25d", "60d", "52w", Number.POSITIVE_INFINITY] as const)(
  "an entry with a ttl of %o is not gone at once, in any tier",
  async (ttl) => {
    const store = far();
    await using cache = open(store);
    await using fresh = open(store);
    await cache.set("a", 1, { ttl });
    await cache.getOrSet("b", () => 2, { ttl, hardTimeout: ttl, softTimeout: ttl, staleIfError: ttl });
    await settled();
    expect(await cache.getMany(["a", "b"])).toEqual([1, 2]);
    expect(await fresh.getMany(["a", "b"])).toEqual([1, 2]);
  },
);

it("a ttl of 0 means the same in every tier: not stored", async () => {
  const store = far();
  for (const backend of [memory({ maxEntries: 10 }), store, compose(memory({ maxEntries: 10 }), store)]) {
    const cache = createCache({ backend, ttl: 0 });
    await cache.set("a", 1);
    await cache.getOrSet("b", () => 1);
    expect(await cache.getMany(["a", "b"])).toEqual([undefined, undefined]);
  }
});

it("calls do not hang while Redis is down, and nothing is an unhandled exception", async () => {
  const own = await startRedis();
  const unhandled = vi.fn();
  process.on("unhandledRejection", unhandled);
  const retries = heard<RetryMessage>("retry");
  const cache = createCache({
    backend: compose(memory({ maxEntries: 10 }), redis({ url: own.url, timeout: 300 })),
    ttl: "1m",
  });
  await cache.set("a", 1);
  await own.kill();
  await Promise.all([
    cache.getOrSet("b", () => 1),
    cache.getMany(["c", "d"]),
    cache.set("e", 1),
    cache.delete("a"),
    cache.getOrSetMany(["f", "g"], (keys) => keys.map(() => 1)),
    cache.invalidateTags(["t"]),
  ]);
  // Not a silent no-op either: what was not done is told, and done later.
  expect(retries.map(({ key, state }) => [key, state])).toContainEqual(["a", "waiting"]);
  await expect(cache.close()).rejects.toThrow(/pending delete \(\d\) did not reach a tier/);
  await own.close();
  await settled();
  process.off("unhandledRejection", unhandled);
  expect(unhandled).not.toHaveBeenCalled();
});

it("clearing one namespace neither clears nor misses others, nor doubles prefixes", async () => {
  await using cache = open();
  const names = ["a", "ab", "a-b", "b"];
  const spaces = names.map((name) => cache.namespace(name, { clear: true }));
  for (const space of spaces) await space.set("k", 1);
  await cache.set("k", 1);
  await cache.set("a:k", 1);
  await new Promise((resolve) => setTimeout(resolve, 2));
  await spaces[0]?.clear();
  expect(await Promise.all(spaces.map((space) => space.get("k")))).toEqual([undefined, 1, 1, 1]);
  expect(await cache.getMany(["k", "a:k"])).toEqual([1, 1]);
});

it("listeners do not leak per instance, per call, or per caller", async () => {
  const before = process.eventNames().map((name) => process.listenerCount(name));
  const { signal } = new AbortController();
  const warned = vi.fn();
  process.on("warning", warned);
  for (let instance = 0; instance < 50; instance++) {
    const cache = createCache({ backend: memory({ maxEntries: 10 }), ttl: "1m" });
    await cache.getOrSet("a", () => 1, { signal });
    await cache.close();
  }
  await settled();
  process.off("warning", warned);
  expect(process.eventNames().map((name) => process.listenerCount(name))).toEqual(before);
  expect(warned).not.toHaveBeenCalled();
});

it("a corrupt value does not trip the breaker of a healthy server, and is loaded anew", async () => {
  const store = sharedStore(Date.now);
  await createCache({ backend: store, ttl: "1m" }).setMany([1, 2, 3, 4, 5].map((key) => [key, "old"]));
  const states: string[] = [];
  const script = (operation: string): Fault => (operation.startsWith("read") ? "truncate" : undefined);
  const backend = circuitBreaker(faulty(store, { script }), {
    threshold: 2,
    onStateChange: (state) => void states.push(state),
  });
  const cache = createCache({ backend, ttl: "1m", lease: false, onBackendError: "throw" });
  const errors = heard<ErrorMessage>("error");
  for (const key of [1, 2, 3, 4, 5]) expect(await cache.getOrSet(key, () => "new")).toBe("new");
  expect(errors).toMatchObject(
    [1, 2, 3, 4, 5].map(() => ({ operation: "get", error: { code: "deserialization" } })),
  );
  expect(states).toEqual([]);
});

it("a missed message does not leave the first tier stale for good: tags are looked up, and ttl ends it", async () => {
  const store = far();
  await using here = open(store);
  await using there = open(store);
  await here.set("a", 1, { tags: ["t"] });
  expect(await there.get("a")).toBe(1);
  await new Promise((resolve) => setTimeout(resolve, 2));
  // There is no message between the two that could be missed.
  await here.invalidateTags(["t"]);
  expect(await there.get("a")).toBeUndefined();
});

it("a hit builds no options, ids or messages: it is one promise", async () => {
  await using cache = createCache({ backend: memory({ maxEntries: 10 }), ttl: "1m" });
  await cache.set("a", 1);
  const now = vi.spyOn(performance, "now");
  const random = vi.spyOn(Math, "random");
  onTestFinished(() => {
    now.mockRestore();
    random.mockRestore();
  });
  for (let time = 0; time < 10; time++) await cache.getOrSet("a", () => 2);
  expect(now).not.toHaveBeenCalled();
  expect(random).not.toHaveBeenCalled();
});
