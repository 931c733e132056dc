import { createCache, subscribeTo } from "@hitbox/cache";
import { faulty } from "@hitbox/conformance";
import { memory } from "@hitbox/memory";
import { expect, it } from "vitest";
import { testClock } from "./support/clock.ts";
import { settled } from "./support/gate.ts";
import { heard } from "./support/heard.ts";

const MEMORY = { cache: "memory", namespace: "", entity: "" };

function open() {
  const clock = testClock();
  const { now } = clock;
  const backend = memory({ maxEntries: 10, now });
  return { ...clock, cache: createCache({ backend, ttl: "10s", staleWhileRevalidate: "10s", now }) };
}

it("hits, misses and stale answers are told, for get and getOrSet alike", async () => {
  const { cache, advance } = open();
  const hits = heard("hit");
  const misses = heard("miss");
  const stale = heard("stale");
  const durationMs = expect.any(Number);
  const at = (key: string) => ({ ...MEMORY, key, tier: "memory", durationMs });
  const none = (key: string) => ({ ...at(key), tier: undefined });
  await cache.get("a");
  await cache.getOrSet("a", () => 1);
  expect(misses).toEqual([none("a"), none("a")]);
  expect(hits).toEqual([]);
  await cache.get("a");
  await cache.getOrSet("a", () => 1);
  cache.getSync("a");
  expect(hits).toEqual([at("a"), at("a"), at("a")]);
  advance(10_000);
  await cache.getOrSet("a", () => 2);
  expect(stale).toEqual([{ ...at("a"), why: "revalidate", error: undefined }]);
  expect([hits.length, misses.length]).toEqual([3, 2]);
});

it("loads are told, with their outcome", async () => {
  const { cache } = open();
  const loads = heard("load");
  await cache.getOrSet("stored", () => 1);
  await cache.getOrSet("skipped", ({ skip }) => skip());
  await cache
    .getOrSet("failed", () => {
      throw new Error("down");
    })
    .catch(() => {});
  expect(loads).toMatchObject([
    { ...MEMORY, key: "stored", outcome: "stored", stored: ["memory"], error: undefined },
    { key: "skipped", outcome: "skipped", stored: [] },
    { key: "failed", outcome: "failed", error: { message: "down" } },
  ]);
  expect((loads[0] as { durationMs: number }).durationMs).toBeGreaterThanOrEqual(0);
});

it("refreshes in the background are told", async () => {
  const { cache, advance } = open();
  const refreshes = heard("refresh");
  await cache.set("a", 1);
  advance(10_000);
  await cache.getOrSet("a", () => 2);
  await settled();
  expect(refreshes).toEqual([{ ...MEMORY, key: "a", why: "stale" }]);
});

it("sets and invalidations are told", async () => {
  const { cache } = open();
  const stores = heard("store");
  const invalidations = heard("invalidate");
  await cache.set("a", 1);
  await cache.setMany([
    ["b", 1],
    ["c", 1],
  ]);
  await cache.delete("a");
  await cache.invalidateTags(["t"]);
  await cache.namespace("n", { clear: true }).clear();
  await cache.clear();
  expect(stores).toEqual([
    { ...MEMORY, keys: ["a"] },
    { ...MEMORY, keys: ["b", "c"] },
  ]);
  expect(invalidations).toEqual([
    { ...MEMORY, keys: ["a"] },
    { ...MEMORY, tags: ["t"] },
    { ...MEMORY, namespace: "n", space: "@n:" },
    { ...MEMORY, space: "" },
  ]);
});

it("channels are heard while they are subscribed to, and not after", async () => {
  const { cache } = open();
  const keys: string[] = [];
  const stop = subscribeTo("hitbox:cache:miss", ({ key }) => keys.push(key));
  await cache.get("a");
  stop();
  await cache.get("b");
  expect(keys).toEqual(["a"]);
});

it("onError hears of each failure that no caller hears of, and decides about none", async () => {
  const backend = faulty(memory({ maxEntries: 10, onWarning: () => {} }), { chance: { fail: 1 }, seed: 1 });
  const failures: unknown[] = [];
  const cache = createCache({
    backend,
    ttl: "1m",
    onError(error, { operation, key }) {
      failures.push([(error as Error).name, operation, key]);
      throw new Error("the listener's own");
    },
  });
  expect(await cache.getOrSet("a", () => 1)).toBe(1);
  expect(failures[0]).toEqual(["BackendError", "get", "a"]);
  expect(() => createCache({ backend, ttl: 1, onError: "log" as never })).toThrow(
    /^onError must be a function/,
  );
});
