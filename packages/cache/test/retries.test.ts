import { type CacheOptions, createCache, type RetryMessage } from "@hitbox/cache";
import { compose } from "@hitbox/composition";
import { type Fault, faulty } from "@hitbox/conformance";
import { json, type StoredValue } from "@hitbox/core";
import { memory } from "@hitbox/memory";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { gate } from "./support/gate.ts";
import { heard } from "./support/heard.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A cache over a store that fails while it is told to. */
function world(options: Partial<CacheOptions> = {}) {
  const state: { fault: Fault; badKey?: string | undefined } = { fault: undefined };
  const store = memory({ maxEntries: 12_000, label: "store" });
  const shared = { ...bound(store), supports: { ...store.supports, shared: true } };
  const backend = faulty(shared, {
    script: (_, [key]) => (key !== undefined && key === state.badKey ? DOWN : state.fault),
  });
  const cache = createCache({ backend, ttl: "1m", ...options });
  const other = createCache({ backend: shared, ttl: "1m" });
  return { cache, other, state, store, backend };
}

function bound(store: ReturnType<typeof memory>) {
  const { label, keyFormat, valueFormat, compressor } = store;
  return {
    ...{ label, keyFormat, valueFormat, compressor },
    read: store.read.bind(store),
    write: store.write.bind(store),
    remove: store.remove.bind(store),
    lease: store.lease?.bind(store),
    writeFenced: store.writeFenced?.bind(store),
    releaseLease: store.releaseLease?.bind(store),
    clear: store.clear?.bind(store),
  } as ReturnType<typeof memory>;
}

const DOWN: Fault = { fail: "connection" };

it("what is to be removed when it is read is not answered with, though a delete has seen to that meanwhile", async () => {
  const { store } = world();
  const [reading, read] = [gate(), gate()];
  let ending: "lost" | "failed" | "ok" = "ok";
  const cache = createCache({
    ttl: "1m",
    backend: {
      ...bound(store),
      supports: { ...store.supports, shared: true },
      async read(key: string) {
        const value = await store.read(key);
        reading.open();
        await read.opened;
        return value;
      },
      async write(key: string, value: StoredValue<unknown>) {
        if (ending !== "failed") await store.write(key, value as never);
        if (ending !== "ok") throw new Error("away");
      },
    },
  });
  ending = "lost";
  await cache.set("a", "older");
  vi.advanceTimersByTime(1);
  ending = "failed";
  await cache.set("a", "newer");
  const answer = cache.getOrSet("a", () => "loaded");
  await reading.opened;
  ending = "ok";
  await cache.delete("a");
  read.open();
  expect(await answer).toBe("loaded");
});

it("an invalidation that lands while an entry is read counts, though its record had been read before", async () => {
  const { state, store } = world();
  const [reading, read] = [gate(), gate()];
  let isHeld = false;
  const shared = faulty(
    {
      ...bound(store),
      supports: { ...store.supports, shared: true },
      async read(key: string) {
        const value = await store.read(key);
        if (isHeld && key === "a") {
          reading.open();
          await read.opened;
        }
        return value;
      },
    },
    { script: () => state.fault },
  );
  const cache = createCache({ backend: shared, ttl: "1m" });
  await cache.set("a", "older", { tags: ["x"] });
  vi.advanceTimersByTime(1);
  state.fault = DOWN;
  await cache.invalidateTags(["x"]);
  state.fault = undefined;
  isHeld = true;
  // Its record is read ahead, while the invalidation has still to be told.
  const answer = cache.getOrSet("a", () => "newer", { tags: ["x"] });
  await reading.opened;
  await vi.advanceTimersByTimeAsync(1_000);
  read.open();
  expect(await answer).toBe("newer");
});

it("a set whose tags cannot be looked up is not stored, and removes the older value that it did not replace", async () => {
  const { store } = world();
  let isAway = true;
  const failing = {
    ...bound(store),
    supports: { ...store.supports, shared: true },
    read(key: string) {
      if (key === "%tag:x" && isAway) throw new Error("away");
      return store.read(key);
    },
  };
  const cache = createCache({ backend: failing, ttl: "1m" });
  await cache.set("a", "older");
  vi.advanceTimersByTime(1);
  await cache.set("a", "newer", { tags: ["x"] });
  expect(await cache.get("a")).toBeUndefined();
  isAway = false;
  await vi.advanceTimersByTimeAsync(5_000);
  expect(await store.read("a")).toBeUndefined();
});

describe("a delete that could not reach its tier", () => {
  it("is done though the entry cannot be read here", async () => {
    const store = memory({ maxEntries: 10, format: json() });
    const fault: { now: Fault } = { now: undefined };
    const cache = createCache({ backend: faulty(store, { script: () => fault.now }), ttl: "1m" });
    await cache.set("a", 1);
    const stored = (await store.read("a")) as StoredValue;
    await store.write("a", { ...stored, format: "of-the-next-release" });
    fault.now = DOWN;
    await cache.delete("a");
    fault.now = undefined;
    await vi.advanceTimersByTimeAsync(5_000);
    expect(await store.read("a")).toBeUndefined();
  });

  it("is tried again until it has, and until then the key is missing", async () => {
    const { cache, other, state } = world();
    const retries = heard<RetryMessage>("retry");
    await cache.set("a", 1);
    state.fault = DOWN;
    expect(await cache.delete("a")).toBe(false);
    expect(retries).toMatchObject([{ key: "a", state: "waiting", error: { code: "connection" } }]);
    // The store can be read again, and still holds the value.
    state.fault = undefined;
    expect(await other.get("a")).toBe(1);
    expect(await cache.get("a")).toBeUndefined();
    expect(cache.getSync("a")).toBeUndefined();
    state.fault = DOWN;
    await vi.advanceTimersByTimeAsync(10_000);
    state.fault = undefined;
    await vi.advanceTimersByTimeAsync(5_100);
    expect(await other.get("a")).toBeUndefined();
    expect(retries.map(({ state }) => state)).toEqual(["waiting", "done"]);
  });

  it("is tried again soon once a change of another key has reached the store", async () => {
    const { cache, other, state } = world();
    await cache.set("a", 1);
    state.fault = DOWN;
    await cache.delete("a");
    // Long enough for the longest pause, of which a little has passed.
    await vi.advanceTimersByTimeAsync(6_400);
    state.fault = undefined;
    await vi.advanceTimersByTimeAsync(200);
    expect(await other.get("a")).toBe(1);
    await cache.set("b", 2);
    await vi.advanceTimersByTimeAsync(100);
    expect(await other.get("a")).toBeUndefined();
  });

  it("does not remove what has been set since", async () => {
    const { cache, other, state } = world();
    await cache.set("a", 1);
    state.fault = DOWN;
    await cache.delete("a");
    await vi.advanceTimersByTimeAsync(1);
    state.fault = undefined;
    await other.set("a", 2);
    expect(await cache.get("a")).toBe(2);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await other.get("a")).toBe(2);
  });

  it("has no more to do once the key is set here, though in the same millisecond", async () => {
    const { cache, state } = world();
    const retries = heard<RetryMessage>("retry");
    await cache.set("a", 1);
    state.fault = DOWN;
    await cache.delete("a");
    state.fault = undefined;
    await cache.set("a", 2);
    expect(await cache.get("a")).toBe(2);
    expect(retries.map(({ state }) => state)).toEqual(["waiting", "done"]);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await cache.get("a")).toBe(2);
  });

  it("is the newest of its key", async () => {
    const { cache, state } = world();
    const retries = heard<RetryMessage>("retry");
    await cache.set("a", 1);
    state.fault = DOWN;
    for (let time = 0; time < 5; time++) await cache.delete("a");
    state.fault = undefined;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(retries.filter(({ state }) => state === "done")).toHaveLength(1);
  });

  it("is given up when the entry must have expired, however long that call's ttl was", async () => {
    const { cache, state } = world();
    const retries = heard<RetryMessage>("retry");
    await cache.set("a", 1, { ttl: "5m", staleIfError: "5m" });
    state.fault = DOWN;
    await cache.delete("a");
    await vi.advanceTimersByTimeAsync(9 * 60_000);
    expect(retries.map(({ state }) => state)).toEqual(["waiting"]);
    await vi.advanceTimersByTimeAsync(60_000 + 5_000);
    expect(retries.map(({ state }) => state)).toEqual(["waiting", "abandoned"]);
  });

  it("is given up for newer ones where 10,000 wait", async () => {
    const { cache, state } = world();
    const retries = heard<RetryMessage>("retry");
    state.fault = DOWN;
    await cache.deleteMany(Array.from({ length: 10_001 }, (_, key) => key));
    expect(retries.filter(({ state }) => state === "abandoned")).toMatchObject([{ key: "=0" }]);
  });

  it("that goes on failing for its own reasons does not hold up the others", async () => {
    const { cache, other, state } = world();
    await cache.setMany([
      ["bad", 1],
      ["good", 2],
    ]);
    state.fault = DOWN;
    await cache.deleteMany(["bad", "good"]);
    state.fault = undefined;
    state.badKey = "bad";
    await vi.advanceTimersByTimeAsync(10_000);
    state.badKey = undefined;
    expect(await other.getMany(["bad", "good"])).toEqual([1, undefined]);
  });

  it("is tried once more by a close", async () => {
    const { cache, other, state } = world();
    await cache.set("a", 1);
    state.fault = DOWN;
    await cache.delete("a");
    state.fault = undefined;
    await cache.close();
    // The store is closed with the cache, and memory is empty then: what counts is that the delete came first.
    expect(await other.get("a")).toBeUndefined();
  });

  it("keeps no process alive: its timer is not waited for", async () => {
    const { cache, state } = world();
    state.fault = DOWN;
    const timers: NodeJS.Timeout[] = [];
    const fake = setTimeout;
    // Not by a spy: at the end of the file Vitest would put the fake timer back.
    globalThis.setTimeout = ((...call: Parameters<typeof setTimeout>) => {
      const timer = fake(...call);
      timers.push(timer);
      return timer;
    }) as typeof setTimeout;
    await cache.delete("a");
    globalThis.setTimeout = fake;
    expect(timers.map((timer) => timer.hasRef())).toEqual([false]);
  });
});

it("a delete that an optimistic composition hides is tried again too", async () => {
  const { state, backend, other } = world();
  const tiers = compose(memory({ maxEntries: 10 }), backend, { delete: "optimistic" });
  const cache = createCache({ backend: tiers, ttl: "1m" });
  const retries = heard<RetryMessage>("retry");
  await cache.set("a", 1);
  state.fault = DOWN;
  expect(await cache.delete("a")).toBe(true);
  expect(retries).toMatchObject([{ state: "waiting" }]);
  state.fault = undefined;
  expect(await cache.get("a")).toBeUndefined();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(await other.get("a")).toBeUndefined();
});

it("a set that reached the first tier only does not let the older value of the second come back", async () => {
  const { state, backend, other } = world();
  const cache = createCache({ backend: compose(memory({ maxEntries: 1 }), backend), ttl: "1m" });
  await cache.set("a", "old");
  await vi.advanceTimersByTimeAsync(5);
  state.fault = DOWN;
  await cache.set("a", "new");
  state.fault = undefined;
  expect(await cache.get("a")).toBe("new");
  await cache.set("b", "in its place");
  expect(await cache.get("a")).toBeUndefined();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(await other.get("a")).toBeUndefined();
});

it("a set that reached no tier does not leave the older value to be answered with", async () => {
  const { cache, state, other } = world();
  await cache.set("a", "old");
  await vi.advanceTimersByTimeAsync(5);
  state.fault = DOWN;
  await cache.set("a", "new");
  state.fault = undefined;
  expect(await cache.get("a")).toBeUndefined();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(await other.get("a")).toBeUndefined();
});

it("an invalidation of tags that could not reach its tier is tried again, and holds here at once", async () => {
  const { cache, other, state } = world();
  const retries = heard<RetryMessage>("retry");
  await cache.set("a", 1, { tags: ["t"] });
  await vi.advanceTimersByTimeAsync(5);
  state.fault = DOWN;
  await cache.invalidateTags(["t", "t"]);
  state.fault = undefined;
  expect(await cache.get("a")).toBeUndefined();
  expect(await other.get("a")).toBe(1);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(await other.get("a")).toBeUndefined();
  expect(retries).toMatchObject([
    { key: "%tag:t", state: "waiting" },
    { key: "%tag:t", state: "done" },
  ]);
});
