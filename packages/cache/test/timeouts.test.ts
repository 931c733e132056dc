import {
  type CacheOptions,
  createCache,
  type ErrorMessage,
  type LoadMessage,
  type StaleMessage,
} from "@hitbox/cache";
import { memory } from "@hitbox/memory";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { gate } from "./support/gate.ts";
import { heard } from "./support/heard.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function open(options: Partial<CacheOptions>) {
  return createCache({ backend: memory({ maxEntries: 10 }), ttl: "10s", ...options });
}

it("after softTimeout the stale value is the answer, and the load goes on", async () => {
  const cache = open({ staleIfError: "1h", softTimeout: 50 });
  const stale = heard<StaleMessage>("stale");
  await cache.set("a", 1);
  await vi.advanceTimersByTimeAsync(11_000);
  const loading = gate<number>();
  const answers = Promise.all([cache.getOrSet("a", () => loading.opened), cache.getOrSet("a", () => 3)]);
  await vi.advanceTimersByTimeAsync(49);
  expect(stale).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(await answers).toEqual([1, 1]);
  expect(stale).toMatchObject([{ key: "a", why: "timeout" }, { why: "timeout" }]);
  loading.open(2);
  await vi.advanceTimersByTimeAsync(0);
  expect(await cache.get("a")).toBe(2);
});

it("without a stale value softTimeout does nothing", async () => {
  const cache = open({ staleIfError: "1h", softTimeout: 50 });
  const loading = gate<number>();
  const answer = cache.getOrSet("a", () => loading.opened);
  await vi.advanceTimersByTimeAsync(1_000);
  loading.open(2);
  expect(await answer).toBe(2);
});

it("softTimeout without a stale window is a TypeError", async () => {
  const message = /^softTimeout needs staleIfError or staleWhileRevalidate beside it; got 50$/;
  expect(() => open({ softTimeout: 50 })).toThrow(message);
  const cache = open({});
  expect(() => cache.entity({ prefix: "user", softTimeout: 50 })).toThrow(message);
  await expect(cache.getOrSet("a", () => 1, { softTimeout: 50 })).rejects.toThrow(message);
  expect(open({ softTimeout: Number.POSITIVE_INFINITY })).toBeDefined();
});

it("a stale value that is read after softTimeout is the answer then", async () => {
  const store = memory({ maxEntries: 10 });
  const reading = gate();
  const slow = {
    ...store,
    supports: { ...store.supports, lease: false },
    write: store.write.bind(store),
    remove: store.remove.bind(store),
    read: async (key: string) => {
      await reading.opened;
      return store.read(key);
    },
  };
  const cache = open({ backend: slow, staleIfError: "1h", softTimeout: 50 });
  await cache.set("a", 1);
  await vi.advanceTimersByTimeAsync(11_000);
  const answer = cache.getOrSet("a", () => new Promise<number>(() => {}));
  await vi.advanceTimersByTimeAsync(60);
  reading.open();
  expect(await answer).toBe(1);
});

it("after hardTimeout a load is aborted, and fails", async () => {
  const cache = open({ hardTimeout: "1s" });
  const loads = heard<LoadMessage>("load");
  let told: AbortSignal | undefined;
  const answer = cache.getOrSet("a", ({ signal }) => {
    told = signal;
    return new Promise<number>(() => {});
  });
  answer.catch(() => {});
  await vi.advanceTimersByTimeAsync(999);
  expect(told?.aborted).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  await expect(answer).rejects.toMatchObject({
    name: "TimeoutError",
    message: expect.stringContaining("1000 ms"),
  });
  expect(told?.aborted).toBe(true);
  expect(loads).toMatchObject([{ outcome: "failed" }]);
  // Who asks now does not wait for it.
  expect(await cache.getOrSet("a", () => 2)).toBe(2);
});

it("after hardTimeout a stale value within staleIfError is the answer", async () => {
  const cache = open({ hardTimeout: "1s", staleIfError: "1h" });
  await cache.set("a", 1);
  await vi.advanceTimersByTimeAsync(11_000);
  const answer = cache.getOrSet("a", () => new Promise<number>(() => {}));
  await vi.advanceTimersByTimeAsync(1_000);
  expect(await answer).toBe(1);
});

it("a refresh that takes too long is an error once, though its loader fails too in the end", async () => {
  const cache = open({ hardTimeout: "1s", staleWhileRevalidate: "1h" });
  const errors = heard<ErrorMessage>("error");
  await cache.set("a", 1);
  await vi.advanceTimersByTimeAsync(11_000);
  const loading = gate<number>();
  expect(await cache.getOrSet("a", () => loading.opened)).toBe(1);
  await vi.advanceTimersByTimeAsync(1_000);
  loading.fail(new Error("down"));
  await vi.advanceTimersByTimeAsync(0);
  expect(errors).toMatchObject([{ operation: "refresh", key: "a", error: { name: "TimeoutError" } }]);
});

it("a load in time leaves no timer", async () => {
  const cache = open({ hardTimeout: "1s", softTimeout: "1s", staleIfError: "1h" });
  await cache.getOrSet("a", () => 1);
  await vi.advanceTimersByTimeAsync(0);
  expect(vi.getTimerCount()).toBe(0);
});

it("timeouts longer than a timer can wait are none", async () => {
  const cache = open({ hardTimeout: "30d", softTimeout: "30d", staleIfError: "1h" });
  const loading = gate<number>();
  const answer = cache.getOrSet("a", () => loading.opened);
  await vi.advanceTimersByTimeAsync(10);
  loading.open(1);
  expect(await answer).toBe(1);
});

it("a load goes on though who was answered after softTimeout goes away", async () => {
  const cache = open({ staleIfError: "1h", softTimeout: 50 });
  await cache.set("a", 1);
  await vi.advanceTimersByTimeAsync(11_000);
  const loading = gate<number>();
  const caller = new AbortController();
  const answer = cache.getOrSet("a", () => loading.opened, { signal: caller.signal });
  await vi.advanceTimersByTimeAsync(50);
  expect(await answer).toBe(1);
  caller.abort();
  loading.open(2);
  await vi.advanceTimersByTimeAsync(0);
  expect(await cache.get("a")).toBe(2);
});

it("a caller who was answered after softTimeout is answered once, though the load fails then", async () => {
  const cache = open({ staleIfError: "1h", softTimeout: 50 });
  const stale = heard<StaleMessage>("stale");
  await cache.set("a", 1);
  await vi.advanceTimersByTimeAsync(11_000);
  const loading = gate<number>();
  const answer = cache.getOrSet("a", () => loading.opened);
  await vi.advanceTimersByTimeAsync(50);
  loading.fail(new Error("upstream is down"));
  await vi.advanceTimersByTimeAsync(0);
  expect(await answer).toBe(1);
  expect(stale).toMatchObject([{ why: "timeout" }]);
});
