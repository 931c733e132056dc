import { type CacheOptions, createCache, type RefreshMessage, type StaleMessage } from "@hitbox/cache";
import { compose } from "@hitbox/composition";
import { cacheBackend } from "@hitbox/core";
import { memory } from "@hitbox/memory";
import { describe, expect, it, vi } from "vitest";
import { testClock } from "./support/clock.ts";
import { gate, settled } from "./support/gate.ts";
import { heard } from "./support/heard.ts";
import { sharedStore } from "./support/shared-store.ts";

// A source that has failed is not asked again for `retryAfter`, as long as a stale value is at hand.

const SECOND = 1_000;
const WINDOWS = {
  staleWhileRevalidate: { staleWhileRevalidate: "1d" },
  staleIfError: { staleIfError: "1d" },
};
type Cache = ReturnType<typeof createCache>;
type Ask = (cache: Cache, load: () => Promise<number>) => Promise<unknown>;
const ASKS: readonly (readonly [string, Ask])[] = [
  ["getOrSet", (cache, load) => cache.getOrSet("a", load)],
  ["getOrSetMany", async (cache, load) => (await cache.getOrSetMany(["a"], async () => [await load()]))[0]],
];

/** A stale value of `a`, and a source that is down. */
async function open(options: Partial<CacheOptions>) {
  const clock = testClock();
  const { now, advance } = clock;
  const store = sharedStore(now);
  const far = cacheBackend(store, { now });
  const backend = compose(memory({ maxEntries: 100, now }), far, { now });
  const cache = createCache({ backend, ttl: "10s", now, ...options });
  await cache.set("a", 1);
  advance(10 * SECOND);
  const load = vi.fn(() => Promise.reject<number>(new Error("down")));
  return { cache, load, store, ...clock };
}

describe.each(Object.entries(WINDOWS))("within %s", (_, windows) => {
  it.each(ASKS)("%s of 100 callers asks a failing source once", async (_, ask) => {
    const { cache, load } = await open(windows);
    for (let call = 0; call < 100; call++) {
      expect(await ask(cache, load)).toBe(1);
      await settled();
    }
    expect(load).toHaveBeenCalledTimes(1);
  });

  it.each(ASKS)("%s asks again after 1 s, then after twice as long, up to a minute", async (_, ask) => {
    const { cache, load, advance } = await open(windows);
    const pauses: number[] = [];
    for (let pause = 0, calls = 0; pauses.length < 8; pause += SECOND) {
      await ask(cache, load);
      await settled();
      if (load.mock.calls.length > calls && pause > 0) pauses.push(pause);
      if (load.mock.calls.length > calls) pause = 0;
      calls = load.mock.calls.length;
      advance(SECOND);
    }
    expect(pauses.map((pause) => pause / SECOND)).toEqual([1, 2, 4, 8, 16, 32, 60, 60]);
  });

  it("a value that is loaded, set or deleted ends the pause", async () => {
    const { cache, load, advance } = await open(windows);
    const ask = async () => {
      const answer = await cache.getOrSet("a", load).catch(() => "failed");
      await settled();
      return answer;
    };
    await ask();
    advance(SECOND);
    await cache.getOrSet("a", () => 2);
    await settled();
    advance(10 * SECOND);
    expect(await ask()).toBe(2);
    expect(load).toHaveBeenCalledTimes(2);
    await cache.set("a", 3, { ttl: 1, staleIfError: "1d", staleWhileRevalidate: "1d" });
    advance(1);
    expect(await ask()).toBe(3);
    expect(load).toHaveBeenCalledTimes(3);
    await cache.delete("a");
    expect(await ask()).toBe("failed");
    expect(await ask()).toBe("failed");
    expect(load).toHaveBeenCalledTimes(5);
  });

  it("a value of another process ends the pause", async () => {
    const { cache, load, store, advance, now } = await open({ ...windows, lease: false });
    await cache.getOrSet("a", load);
    await settled();
    const there = createCache({ backend: cacheBackend(store, { now }), ttl: SECOND / 2, ...windows, now });
    advance(1);
    await there.set("a", 2);
    advance(SECOND / 2);
    expect(await cache.getOrSet("a", load)).toBeLessThanOrEqual(2);
    await settled();
    expect(load).toHaveBeenCalledTimes(2);
  });
});

it("an invalidation ends the pause", async () => {
  const { cache, advance } = await open({ staleIfError: "1d" });
  await cache.set("b", 1, { tags: ["x"] });
  advance(10 * SECOND);
  const load = vi.fn(() => Promise.reject<number>(new Error("down")));
  expect(await cache.getOrSet("b", load)).toBe(1);
  await cache.invalidateTags(["x"]);
  await expect(cache.getOrSet("b", load)).rejects.toThrow("down");
  expect(load).toHaveBeenCalledTimes(2);
});

it("a load that fails after a set of its key begins no pause", async () => {
  const { cache, advance } = await open({ staleIfError: "1d" });
  const loading = gate<number>();
  const answer = cache.getOrSet("a", async () => {
    await loading.opened;
    throw new Error("down");
  });
  await settled();
  advance(1);
  await cache.set("a", 2);
  loading.open(0);
  await answer.catch(() => {});
  advance(10 * SECOND);
  expect(await cache.getOrSet("a", () => 3)).toBe(3);
});

it("callers whose own windows the stale value is past ask the source during the pause", async () => {
  const { cache, load } = await open({ staleIfError: "1d" });
  await cache.getOrSet("a", load);
  await expect(cache.getOrSet("a", load, { staleIfError: 0 })).rejects.toThrow("down");
  expect(await cache.getOrSet("a", () => 2, { staleIfError: 0 })).toBe(2);
});

it("retryAfter 0 asks the source in each call, and in the one that has it", async () => {
  const { cache, load } = await open({ staleIfError: "1d" });
  for (let call = 0; call < 3; call++) await cache.getOrSet("a", load, { retryAfter: 0 });
  expect(load).toHaveBeenCalledTimes(3);
  await cache.getOrSet("a", load);
  await cache.getOrSet("a", load);
  expect(load).toHaveBeenCalledTimes(4);
  await cache.getOrSet("a", load, { retryAfter: 0 });
  expect(load).toHaveBeenCalledTimes(5);
});

it("a source that is slower than hardTimeout is paused like one that fails", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  try {
    const { cache } = await open({ staleIfError: "1d", hardTimeout: 100 });
    const load = vi.fn(() => new Promise<number>(() => {}));
    for (const [, ask] of ASKS) {
      const answer = ask(cache, load);
      await settled();
      await vi.advanceTimersByTimeAsync(100);
      expect(await answer).toBe(1);
    }
    expect(load).toHaveBeenCalledTimes(1);
  } finally {
    vi.useRealTimers();
  }
});

it("a value that is loaded ahead is left alone for a while if that fails", async () => {
  const { cache, load, advance } = await open({ refreshAhead: 0.5, staleIfError: "1d" });
  await cache.set("a", 2);
  advance(6 * SECOND);
  for (let call = 0; call < 10; call++) {
    expect(await cache.getOrSet("a", load)).toBe(2);
    await settled();
  }
  expect(load).toHaveBeenCalledTimes(1);
});

it("an answer in the pause is a stale one because of the error, and no refresh", async () => {
  const { now, advance, load } = await open({});
  const cache = createCache({
    backend: memory({ maxEntries: 9, now }),
    ttl: "1s",
    staleWhileRevalidate: "1d",
    now,
  });
  await cache.set("a", 1);
  advance(SECOND);
  const [stale, refreshes] = [heard<StaleMessage>("stale"), heard<RefreshMessage>("refresh")];
  await cache.getOrSet("a", load);
  await settled();
  await cache.getOrSet("a", load);
  expect(stale.map(({ why }) => why)).toEqual(["revalidate", "error"]);
  expect(refreshes).toHaveLength(1);
});

it("staleOn decides which failures are answered with a stale value", async () => {
  const staleOn = (error: unknown) => !(error instanceof RangeError);
  const { cache, load } = await open({ staleIfError: "1d", staleOn });
  const gone = vi.fn(() => Promise.reject<number>(new RangeError("no such row")));
  for (let call = 0; call < 2; call++) await expect(cache.getOrSet("a", gone)).rejects.toThrow("no such row");
  expect(gone).toHaveBeenCalledTimes(2);
  expect(await cache.getOrSet("a", load)).toBe(1);
  expect(await cache.getOrSet("a", gone)).toBe(1);
});

it("a staleOn that throws answers with the failure of the load", async () => {
  const staleOn = () => {
    throw new Error("a mistake");
  };
  const { cache, load } = await open({ staleIfError: "1d", staleOn });
  await expect(cache.getOrSet("a", load)).rejects.toThrow("down");
});
