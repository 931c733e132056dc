import { createCache, type Duration } from "@hitbox/cache";
import { memory } from "@hitbox/memory";
import { assertProperty } from "@hitbox/test-support";
import fc from "fast-check";
import { expect, it, vi } from "vitest";
import { milliseconds } from "../src/policy/duration.ts";
import { testClock } from "./support/clock.ts";

const DAY = 86_400_000;

it.each<[Duration, number]>([
  ["250ms", 250],
  ["30s", 30_000],
  ["5m", 300_000],
  ["1.5h", 5_400_000],
  ["7d", 7 * DAY],
  ["2w", 14 * DAY],
  [1_234, 1_234],
  ["0s", 0],
  [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
])("%o is %d ms", (duration, ms) => {
  expect(milliseconds("ttl", duration)).toBe(ms);
});

it.each([
  -1,
  Number.NaN,
  "",
  "5",
  "m",
  "5 m",
  "-5m",
  "5min",
  "5M",
  "1e3s",
  ".5s",
  "Infinity",
  null,
  {},
  1e300,
  "999999999999w",
])("%o is refused, by name", (wrong) => {
  expect(() => milliseconds("ttl", wrong as Duration)).toThrow(/^ttl must be milliseconds.*; got /);
});

it.each([30 * DAY, 400 * DAY, 36_500 * DAY])("an entry of %d ms is there until then", async (ttl) => {
  const { now, advance } = testClock();
  const cache = createCache({
    backend: memory({ maxEntries: 10, now }),
    ttl,
    staleWhileRevalidate: "30d",
    now,
  });
  await cache.getOrSet("a", () => 1);
  advance(ttl - 1);
  expect((await cache.lookup("a")).status).toBe("fresh");
  advance(1);
  expect((await cache.lookup("a")).status).toBe("stale");
  advance(30 * DAY);
  expect((await cache.lookup("a")).status).toBe("miss");
});

it("what is kept for ever is there for ever", async () => {
  const { now, advance } = testClock();
  const cache = createCache({ backend: memory({ maxEntries: 10, now }), ttl: Number.POSITIVE_INFINITY, now });
  await cache.set("a", 1);
  advance(1e14);
  expect(await cache.get("a")).toBe(1);
});

it("ttl 0 is not stored, and a set removes what was there", async () => {
  const cache = createCache({ backend: memory({ maxEntries: 10 }), ttl: 0 });
  const load = vi.fn(() => 1);
  await cache.getOrSet("a", load);
  await cache.getOrSet("a", load);
  expect(load).toHaveBeenCalledTimes(2);
  await cache.set("b", 1, { ttl: "1m" });
  await cache.set("b", 2);
  expect(await cache.get("b")).toBeUndefined();
});

it("jitter shortens ttl by its share at most", () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  return assertProperty(
    fc.asyncProperty(share, random, fc.integer({ min: 1, max: 1e6 }), async (jitter, drawn, ttl) => {
      const { now, advance } = testClock();
      const backend = memory({ maxEntries: 10, now });
      const cache = createCache({ backend, ttl, jitter, now, random: () => drawn });
      await cache.set("a", 1);
      const life = Math.ceil(ttl * (1 - jitter * drawn));
      expect(life).toBeGreaterThan(0);
      expect(life).toBeLessThanOrEqual(ttl);
      expect(life).toBeGreaterThanOrEqual(Math.floor(ttl * (1 - jitter)));
      advance(life - 1);
      expect(await cache.get("a")).toBe(1);
      advance(1);
      expect(await cache.get("a")).toBeUndefined();
    }),
    { runs: 100 },
  );
});

it("the loader may decide on ttl, tags and whether to store", async () => {
  const { now, advance } = testClock();
  const cache = createCache({ backend: memory({ maxEntries: 10, now }), ttl: "1m", tags: ["all"], now });
  await cache.getOrSet("ttl", ({ setTtl }) => {
    setTtl("2m");
    return 1;
  });
  await cache.getOrSet("tags", ({ setTags }) => {
    setTags(["mine"]);
    return 1;
  });
  expect(
    await cache.getOrSet("skipped", ({ skip }) => {
      skip();
      return 1;
    }),
  ).toBe(1);
  expect(await cache.has("skipped")).toBe(false);
  await cache.invalidateTags(["all"]);
  expect(await cache.has("tags")).toBe(true);
  expect(await cache.has("ttl")).toBe(false);
  advance(1);
  await cache.invalidateTags(["mine"]);
  expect(await cache.has("tags")).toBe(false);
  await cache.getOrSet("ttl", ({ setTtl }) => {
    setTtl("2m");
    return 1;
  });
  advance(119_999);
  expect(await cache.has("ttl")).toBe(true);
  advance(1);
  expect(await cache.has("ttl")).toBe(false);
});

it("what the loader decides wrongly is an error of the load", async () => {
  const cache = createCache({ backend: memory({ maxEntries: 10 }), ttl: "1m" });
  await expect(cache.getOrSet("a", ({ setTtl }) => setTtl(-1))).rejects.toThrow(/^ttl must be/);
  await expect(cache.getOrSet("a", ({ setTags }) => setTags([""]))).rejects.toThrow(/^tags must be/);
});

it("not found is kept for notFoundTtl, and no longer", async () => {
  const { now, advance } = testClock();
  const backend = memory({ maxEntries: 10, now });
  const cache = createCache({ backend, ttl: "1h", notFoundTtl: "5s", staleIfError: "1h", now });
  const load = vi.fn((): number | undefined => undefined);
  expect(await cache.getOrSet("a", load)).toBeUndefined();
  advance(4_999);
  expect(await cache.getOrSet("a", load)).toBeUndefined();
  expect(load).toHaveBeenCalledTimes(1);
  expect(await cache.has("a")).toBe(false);
  expect(await cache.get("a")).toBeUndefined();
  expect(await cache.lookup("a")).toMatchObject({ value: undefined, status: "fresh" });
  advance(1);
  load.mockReturnValue(7);
  expect(await cache.getOrSet("a", load)).toBe(7);
  expect(await cache.get("a")).toBe(7);
});
