import {
  type CacheOptions,
  type CallOptions,
  createCache,
  type RefreshMessage,
  type StaleMessage,
} from "@hitbox/cache";
import { json } from "@hitbox/core";
import { memory } from "@hitbox/memory";
import { expect, it, vi } from "vitest";
import { testClock } from "./support/clock.ts";
import { gate, settled } from "./support/gate.ts";
import { heard } from "./support/heard.ts";

const SECOND = 1_000;

function open(options: Partial<CacheOptions>) {
  const clock = testClock();
  const { now } = clock;
  const cache = createCache({ backend: memory({ maxEntries: 100, now }), ttl: "10s", now, ...options });
  return { cache, ...clock };
}

const fails = (): never => {
  throw new Error("upstream is down");
};

it("is fresh until ttl, to the millisecond", async () => {
  const { cache, advance } = open({});
  await cache.set("a", 1);
  advance(10 * SECOND - 1);
  expect(await cache.get("a")).toBe(1);
  advance(1);
  expect(await cache.get("a")).toBeUndefined();
});

it("is answered with within staleWhileRevalidate, and loaded anew once in the background", async () => {
  const { cache, advance } = open({ staleWhileRevalidate: "5s" });
  const stale = heard<StaleMessage>("stale");
  const refreshes = heard<RefreshMessage>("refresh");
  await cache.set("a", 1);
  advance(15 * SECOND - 1);
  const loading = gate<number>();
  const load = vi.fn(() => loading.opened);
  const answers = await Promise.all(Array.from({ length: 50 }, () => cache.getOrSet("a", load)));
  expect(new Set(answers)).toEqual(new Set([1]));
  expect(await cache.get("a")).toBe(1);
  await settled();
  expect(load).toHaveBeenCalledTimes(1);
  expect(refreshes).toMatchObject([{ key: "a", why: "stale" }]);
  expect(stale).toHaveLength(51);
  expect(stale[0]).toMatchObject({ key: "a", why: "revalidate" });
  loading.open(2);
  await settled();
  expect(await cache.getOrSet("a", load)).toBe(2);
  expect(load).toHaveBeenCalledTimes(1);
});

it("is loaded, and waited for, past staleWhileRevalidate", async () => {
  const { cache, advance } = open({ staleWhileRevalidate: "5s" });
  await cache.set("a", 1);
  advance(15 * SECOND);
  expect(await cache.get("a")).toBeUndefined();
  expect(await cache.getOrSet("a", () => 2)).toBe(2);
});

it("a refresh that fails leaves the stale value, and the next who asks tries again", async () => {
  const { cache, advance } = open({ staleWhileRevalidate: "5s", retryAfter: 0 });
  const errors = heard<{ operation: string; error: Error }>("error");
  await cache.set("a", 1);
  advance(11 * SECOND);
  expect(await cache.getOrSet("a", fails)).toBe(1);
  await settled();
  expect(errors).toMatchObject([{ operation: "refresh", error: { message: "upstream is down" } }]);
  // Past the time for which a source that failed is not asked.
  advance(SECOND);
  expect(await cache.getOrSet("a", () => 2)).toBe(1);
  await settled();
  expect(await cache.get("a")).toBe(2);
});

it("is answered with within staleIfError where loading fails, and not otherwise", async () => {
  const { cache, advance } = open({ staleIfError: "5s" });
  const stale = heard<StaleMessage>("stale");
  await cache.set("a", 1);
  advance(15 * SECOND - 1);
  expect(await cache.get("a")).toBeUndefined();
  expect(await Promise.all([cache.getOrSet("a", fails), cache.getOrSet("a", fails)])).toEqual([1, 1]);
  expect(stale).toMatchObject([{ why: "error", error: { message: "upstream is down" } }, { why: "error" }]);
  expect(await cache.getOrSet("b", () => 3)).toBe(3);
  advance(1);
  await expect(cache.getOrSet("a", fails)).rejects.toThrow("upstream is down");
});

it("each caller's own windows count", async () => {
  const { cache, advance } = open({ staleWhileRevalidate: "1h" });
  await cache.set("a", 1);
  advance(11 * SECOND);
  const calm: CallOptions = { staleWhileRevalidate: 0, staleIfError: "1m" };
  expect(await cache.getOrSet("a", () => 2, calm)).toBe(2);
  advance(11 * SECOND);
  const strict = cache.getOrSet("a", fails, { staleWhileRevalidate: 0 });
  await expect(strict).rejects.toThrow("upstream is down");
  expect(await cache.getOrSet("a", fails, calm)).toBe(2);
});

it("a caller who must not have the stale value joins the load that is under way in the background", async () => {
  const { cache, advance } = open({ staleWhileRevalidate: "5s" });
  await cache.set("a", 1);
  advance(11 * SECOND);
  const loading = gate<number>();
  const load = vi.fn(() => loading.opened);
  expect(await cache.getOrSet("a", load)).toBe(1);
  await settled();
  advance(5 * SECOND);
  const caller = new AbortController();
  const joined = cache.getOrSet("a", load);
  const left = cache.getOrSet("a", load, { signal: caller.signal });
  await settled();
  caller.abort();
  await expect(left).rejects.toThrow();
  loading.open(2);
  expect(await joined).toBe(2);
  expect(load).toHaveBeenCalledTimes(1);
});

it("a refresh is not ended by a caller who joined it and went away", async () => {
  const { cache, advance } = open({ staleWhileRevalidate: "5s" });
  await cache.set("a", 1);
  advance(11 * SECOND);
  const loading = gate<number>();
  expect(await cache.getOrSet("a", () => loading.opened)).toBe(1);
  await settled();
  advance(5 * SECOND);
  const caller = new AbortController();
  const left = cache.getOrSet("a", () => 3, { signal: caller.signal });
  await settled();
  caller.abort();
  await expect(left).rejects.toThrow();
  loading.open(2);
  await settled();
  expect(await cache.get("a")).toBe(2);
});

it("the loader is told what it replaces", async () => {
  const { cache, advance } = open({ staleIfError: "5s" });
  await cache.set("a", { etag: "x" });
  advance(11 * SECOND);
  expect(await cache.getOrSet<unknown>("a", ({ stale }) => [stale])).toEqual([{ etag: "x" }]);
  expect(await cache.getOrSet<unknown>("b", ({ stale }) => [stale])).toEqual([undefined]);
});

it("refreshAhead loads in the background after its share of ttl, only when someone asks", async () => {
  const { cache, advance } = open({ refreshAhead: 0.8 });
  const refreshes = heard<RefreshMessage>("refresh");
  const stale = heard<StaleMessage>("stale");
  let version = 1;
  const load = vi.fn(() => version++);
  await cache.getOrSet("a", load);
  advance(8 * SECOND - 1);
  expect(await cache.getOrSet("a", load)).toBe(1);
  await settled();
  expect(load).toHaveBeenCalledTimes(1);
  advance(1);
  expect(await cache.get("a")).toBe(1);
  expect(load).toHaveBeenCalledTimes(1);
  expect(await cache.getOrSet("a", load)).toBe(1);
  await settled();
  expect(load).toHaveBeenCalledTimes(2);
  expect(refreshes).toMatchObject([{ why: "ahead" }]);
  expect(stale).toEqual([]);
  expect(await cache.getOrSet("a", load)).toBe(2);
});

it("refreshAhead of one call counts for that call", async () => {
  const { cache, advance } = open({});
  await cache.set("a", 1);
  advance(9 * SECOND);
  const load = vi.fn(() => 2);
  expect(await cache.getOrSet("a", load)).toBe(1);
  expect(await cache.getOrSet("a", load, { refreshAhead: 0.5 })).toBe(1);
  await settled();
  expect(await cache.get("a")).toBe(2);
  expect(load).toHaveBeenCalledTimes(1);
});

it("what is kept for ever is never due", async () => {
  const { cache, advance } = open({ ttl: Number.POSITIVE_INFINITY, refreshAhead: 0.1 });
  await cache.set("a", 1);
  advance(1e12);
  const load = vi.fn(() => 2);
  expect(await cache.getOrSet("a", load)).toBe(1);
  await settled();
  expect(load).not.toHaveBeenCalled();
});

it("the loader is told what it replaces, whatever a caller does to the stale value meanwhile", async () => {
  const { now, advance } = testClock();
  const backend = memory({ maxEntries: 10, format: json(), now });
  const cache = createCache({ backend, ttl: "10s", staleWhileRevalidate: "5s", now });
  await cache.set("a", { list: [1] });
  advance(11 * SECOND);
  const told: unknown[] = [];
  const load = async ({ stale }: { stale: { list: number[] } | undefined }): Promise<{ list: number[] }> => {
    told.push(stale);
    return { list: [2] };
  };
  const answer = await cache.getOrSet("a", load);
  answer.list.push(3);
  await settled();
  expect(told).toEqual([{ list: [1] }]);
});
