import { cacheStatus, createCache } from "@hitbox/cache";
import { compose } from "@hitbox/composition";
import { memory } from "@hitbox/memory";
import { expect, test } from "vitest";

const START = 1_000_000;

function make(options: Record<string, unknown> = {}) {
  let now = START;
  const clock = { now: () => now };
  const tier = (label: string) => memory({ label, maxEntries: 100, ...clock });
  const backend = compose(tier("near"), tier("far"), { label: "tiers", ...clock });
  const cache = createCache({ backend, ttl: "1m", ...clock, ...options });
  return { cache, pass: (ms: number) => (now += ms) };
}

test("a miss says when and how long it was loaded, and that it is stored", async () => {
  const { cache, pass } = make({ staleIfError: "1h", tags: ["all"] });
  const load = async () => {
    pass(10);
    return 1;
  };
  const lookup = await cache.lookup("a", load, { tags: ["one"] });
  expect(lookup).toMatchObject({
    value: 1,
    status: "miss",
    source: undefined,
    age: 10,
    createdAt: START,
    staleAt: START + 60_000,
    expiresAt: START + 3_660_000,
    tags: ["all", "one"],
    loadMs: 10,
    stored: true,
  });
  expect(
    lookup.tiers
      .filter(({ operation }) => operation === "write")
      .map(({ tier }) => tier)
      .sort(),
  ).toEqual(["tiers.far", "tiers.near"]);
});

test("a hit says how old it is and which tier had it, with a loader and without", async () => {
  const { cache, pass } = make();
  await cache.set("a", 1, { tags: ["one"] });
  pass(1_000);
  const expected = {
    value: 1,
    status: "fresh",
    source: "tiers.near",
    age: 1_000,
    createdAt: START,
    staleAt: START + 60_000,
    expiresAt: START + 60_000,
    tags: ["one"],
    loadMs: undefined,
    stored: false,
  };
  expect(await cache.lookup("a")).toMatchObject(expected);
  expect(await cache.lookup("a", async () => 2)).toMatchObject(expected);
});

test("a stale value is stale, and one too old for the call is expired and loaded", async () => {
  const { cache, pass } = make({ staleWhileRevalidate: "1m", staleIfError: "1h" });
  await cache.set("a", 1);
  pass(60_000);
  const stale = await cache.lookup("a", () => new Promise<number>(() => {}));
  expect(stale).toMatchObject({ value: 1, status: "stale", age: 60_000 });
  await cache.set("b", 1);
  pass(120_000);
  expect(await cache.lookup("b", async () => 2)).toMatchObject({ value: 2, status: "expired", stored: true });
});

test("a call that waits for another's load is collapsed", async () => {
  const { cache } = make();
  const load = async () => 1;
  const [first, second] = await Promise.all([cache.lookup("a", load), cache.lookup("a", load)]);
  expect([first.status, second.status]).toEqual(["miss", "collapsed"]);
  expect(second).toMatchObject({ value: 1, stored: true });
});

test("a reload and a load that is not stored are bypasses", async () => {
  const { cache } = make();
  await cache.set("a", 1);
  const load = async () => 2;
  const apart = await cache.lookup("a", load, { mode: "no-store" });
  expect(apart).toMatchObject({
    value: 2,
    status: "bypass",
    stored: false,
    staleAt: START,
    expiresAt: START,
  });
  const reloaded = await cache.lookup("a", load, { mode: "reload" });
  expect(reloaded).toMatchObject({ value: 2, status: "bypass", stored: true });
});

test("a value that is not stored says so", async () => {
  const { cache } = make();
  expect(await cache.lookup("a", async () => 1, { ttl: 0 })).toMatchObject({ status: "miss", stored: false });
  const unstorable = await cache.lookup("b", async () => () => 1);
  expect(unstorable).toMatchObject({ status: "miss", stored: false });
});

test("a lookup whose load fails rejects, as getOrSet does, unless a stale value may be had", async () => {
  const { cache, pass } = make({ staleIfError: "1h" });
  const fail = () => Promise.reject(new Error("away"));
  await expect(cache.lookup("a", fail)).rejects.toThrow("away");
  await cache.set("a", 1);
  pass(60_000);
  expect(await cache.lookup("a", fail)).toMatchObject({ value: 1, status: "stale", stored: false });
});

test("the Cache-Status header of each status is that of RFC 9211", async () => {
  const { cache, pass } = make({ staleWhileRevalidate: "1m", staleIfError: "1h" });
  const load = async () => 1;
  expect(cacheStatus(await cache.lookup("a"))).toBe("hitbox; fwd=miss");
  const both = await Promise.all([cache.lookup("a", load), cache.lookup("a", load)]);
  expect(both.map((one) => cacheStatus(one))).toEqual([
    "hitbox; fwd=miss; stored; ttl=60",
    "hitbox; fwd=miss; collapsed; stored; ttl=60",
  ]);
  pass(1_500);
  expect(cacheStatus(await cache.lookup("a", load), { name: "api" })).toBe("api; hit; ttl=58");
  pass(60_000);
  expect(cacheStatus(await cache.lookup("a"))).toBe("hitbox; hit; ttl=-2");
  pass(120_000);
  expect(cacheStatus(await cache.lookup("a", load))).toBe("hitbox; fwd=stale; stored; ttl=60");
  const apart = await cache.lookup("a", load, { mode: "no-store" });
  expect(cacheStatus(apart, { name: 'my "cache"' })).toBe('"my \\"cache\\""; fwd=bypass');
  expect(() => cacheStatus(apart, { name: "caché" })).toThrow(/^name must be visible ASCII/);
});
