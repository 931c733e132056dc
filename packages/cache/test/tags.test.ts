import { type Cache, createCache, type RetryMessage } from "@hitbox/cache";
import { compose } from "@hitbox/composition";
import { faulty } from "@hitbox/conformance";
import { cacheBackend } from "@hitbox/core";
import { memory } from "@hitbox/memory";
import { describe, expect, it, vi } from "vitest";
import { testClock } from "./support/clock.ts";
import { gate, settled } from "./support/gate.ts";
import { heard } from "./support/heard.ts";
import { sharedStore } from "./support/shared-store.ts";

function fleet(count = 2) {
  const clock = testClock();
  const { now } = clock;
  const store = sharedStore(now);
  const caches = Array.from({ length: count }, () => {
    const near = memory({ maxEntries: 100, now });
    return createCache({ backend: compose(near, cacheBackend(store, { now }), { now }), ttl: "1m", now });
  }) as [Cache, Cache];
  return { ...clock, store, caches };
}

it("an invalidation reaches every process, though each has its own first tier", async () => {
  const { caches, advance } = fleet();
  const [here, there] = caches;
  await here.set("a", 1, { tags: ["x", "y"] });
  await here.set("b", 2, { tags: ["z"] });
  expect(await there.getMany(["a", "b"])).toEqual([1, 2]);
  advance(1);
  await here.invalidateTags(["y"]);
  for (const cache of caches) expect(await cache.getMany(["a", "b"])).toEqual([undefined, 2]);
  advance(1);
  await there.set("a", 3, { tags: ["x", "y"] });
  for (const cache of caches) expect(await cache.get("a")).toBe(3);
});

it("an invalidation in the very millisecond of the write counts", async () => {
  const { caches } = fleet();
  await caches[0].set("a", 1, { tags: ["x"] });
  await caches[0].invalidateTags(["x"]);
  expect(await caches[0].get("a")).toBeUndefined();
});

it("what is set once an invalidation is done stands, however soon", async () => {
  const cache = createCache({ backend: memory({ maxEntries: 100 }), ttl: "1m" });
  const space = cache.namespace("space", { clear: true });
  for (let round = 0; round < 20; round++) {
    await cache.invalidateTags(["x"]);
    await cache.set("a", round, { tags: ["x"] });
    expect(await cache.get("a")).toBe(round);
    await space.clear();
    await space.set("a", round);
    expect(await space.get("a")).toBe(round);
  }
});

it("a system clock that a test has stopped holds no invalidation up", async () => {
  vi.useFakeTimers();
  const cache = createCache({ backend: memory({ maxEntries: 100 }), ttl: "1m" });
  await cache.set("a", 1, { tags: ["x"] });
  await cache.invalidateTags(["x"]);
  expect(await cache.get("a")).toBeUndefined();
  vi.useRealTimers();
});

it("tags hold across namespaces and entities, and survive a refill", async () => {
  const { caches, advance } = fleet();
  const [here, there] = caches;
  await here.namespace("n").set("a", 1, { tags: ["x"] });
  await here.entity<number>({ prefix: "e", tags: ["x"] }).set("a", 1);
  expect(await there.namespace("n").get("a")).toBe(1);
  advance(1);
  await there.invalidateTags(["x"]);
  for (const cache of caches) {
    expect(await cache.namespace("n").get("a")).toBeUndefined();
    expect(await cache.entity<number>({ prefix: "e" }).get("a")).toBeUndefined();
  }
});

it("an entry whose tag has lost its record is not answered with, and later ones are", async () => {
  const { caches, store, advance } = fleet();
  await caches[0].set("a", 1, { tags: ["x"] });
  expect(await caches[1].get("a")).toBe(1);
  await store.remove("%tag:x");
  for (const cache of caches) expect(await cache.get("a")).toBeUndefined();
  advance(1);
  expect(await caches[0].getOrSet("a", () => 2, { tags: ["x"] })).toBe(2);
  for (const cache of caches) expect(await cache.get("a")).toBe(2);
});

it("a record that is lost after an invalidation brings nothing back", async () => {
  const { caches, store, advance } = fleet();
  await caches[0].set("a", 1, { tags: ["x"] });
  advance(1);
  await caches[0].invalidateTags(["x"]);
  await store.remove("%tag:x");
  advance(1);
  await caches[1].set("b", 2, { tags: ["x"] });
  advance(1);
  expect(await caches[0].getMany(["a", "b"])).toEqual([undefined, 2]);
});

it("an invalidation counts, however far behind the clock of its process is", async () => {
  const { caches, store, now, advance } = fleet();
  const [, there] = caches;
  await there.set("before", 0, { tags: ["x"] });
  const behind = createCache({ backend: cacheBackend(store, { now }), ttl: "1m", now: () => now() - 50_000 });
  advance(10);
  await behind.invalidateTags(["x"]);
  expect(await there.get("before")).toBeUndefined();
  await there.set("after", 1, { tags: ["x"] });
  expect(await behind.get("after")).toBe(1);
});

it("an invalidation that is called after the first set of a tag undoes it while both run", async () => {
  const { caches, advance } = fleet();
  const [here, there] = caches;
  await Promise.all([here.set("a", 1, { tags: ["x"] }), here.invalidateTags(["x"])]);
  for (const cache of caches) expect(await cache.get("a")).toBeUndefined();
  advance(1);
  await here.set("a", 2, { tags: ["x"] });
  expect(await there.get("a")).toBe(2);
});

it("while records cannot be read, nothing with tags is answered with", async () => {
  const { store, now } = fleet();
  let isDown = false;
  const backend = faulty(store, { script: () => (isDown ? { fail: "connection" } : undefined) });
  const cache = createCache({
    backend: compose(memory({ maxEntries: 10, now }), cacheBackend(backend, { now }), { now }),
    ttl: "1m",
    now,
  });
  await cache.set("tagged", 1, { tags: ["x"] });
  await cache.set("plain", 1);
  isDown = true;
  expect(await cache.get("plain")).toBe(1);
  expect(await cache.get("tagged")).toBeUndefined();
  isDown = false;
  expect(await cache.get("tagged")).toBe(1);
});

it("a record that is damaged is made anew", async () => {
  const { caches, store, now, advance } = fleet();
  await caches[0].set("a", 1, { tags: ["x"] });
  const record = (await store.read("%tag:x")) as NonNullable<Awaited<ReturnType<typeof store.read>>>;
  await store.write("%tag:x", { ...record, payload: Buffer.from("{") });
  expect(await caches[0].get("a")).toBeUndefined();
  advance(1);
  await caches[0].set("a", 2, { tags: ["x"] });
  expect(await caches[1].get("a")).toBe(2);
  expect((await cacheBackend(store, { now }).get("%tag:x"))?.data).toBeTypeOf("string");
});

describe("what tags cost", () => {
  function counted(isCoherent: "coherent" | "alone") {
    const { now, advance } = testClock();
    const backend = faulty(sharedStore(now));
    // A watch that misses nothing: this test has no other writer.
    const watched = {
      ...backend,
      supports: { ...backend.supports, watch: true },
      watch: (listener: { restored(): void }) => {
        listener.restored();
        return () => {};
      },
    };
    const near = memory({ maxEntries: 100, now });
    const far = cacheBackend(isCoherent === "coherent" ? watched : backend, { now });
    const cache = createCache({ backend: compose(near, far, { now }), ttl: "1m", now });
    const trips = (): number => backend.calls.read + backend.calls.readMany;
    return { cache, trips, calls: backend.calls, near, advance };
  }

  it("one look at the second tier for each hit in the first, however many tags there are", async () => {
    const { cache, trips } = counted("alone");
    await cache.set("a", 1, { tags: ["x", "y", "z"] });
    const before = trips();
    expect(await cache.get("a")).toBe(1);
    expect(trips() - before).toBe(1);
    expect(cache.getSync("a")).toBeUndefined();
  });

  it("nothing where the first tier is coherent: records are kept there too", async () => {
    const { cache, trips } = counted("coherent");
    await cache.set("a", 1, { tags: ["x", "y", "z"] });
    await cache.get("a");
    const before = trips();
    expect(await cache.getOrSet("a", () => 2)).toBe(1);
    expect(cache.getSync("a")).toBe(1);
    expect(trips() - before).toBe(0);
  });

  it("no further round trip where the value comes from the second tier: both travel as one batch", async () => {
    const { cache, trips, near } = counted("alone");
    await cache.getOrSet("a", () => 1, { tags: ["x"] });
    await near.clear?.();
    const before = trips();
    expect(await cache.getOrSet("a", () => 2, { tags: ["x"] })).toBe(1);
    expect(trips() - before).toBe(1);
  });

  it("one batch for many keys that share their tags", async () => {
    const { cache, trips } = counted("alone");
    const keys = Array.from({ length: 50 }, (_, index) => index);
    await cache.setMany(
      keys.map((key) => [key, key] as const),
      { tags: ["x"] },
    );
    const before = trips();
    expect(await cache.getMany(keys)).toEqual(keys);
    expect(trips() - before).toBe(1);
  });
});

describe("a namespace", () => {
  it("that can be cleared is cleared in every process, and nothing else is", async () => {
    const { caches, advance } = fleet();
    const [here, there] = caches;
    const mine = here.namespace("mine", { clear: true });
    await mine.set("a", 1);
    await mine.namespace("inner").set("a", 2);
    await mine.entity<number>({ prefix: "e" }).set("a", 3);
    await here.namespace("mine2", { clear: true }).set("a", 4);
    await here.set("a", 5);
    advance(1);
    await there.namespace("mine", { clear: true }).clear();
    await settled();
    expect(await mine.get("a")).toBeUndefined();
    expect(await mine.namespace("inner").get("a")).toBeUndefined();
    expect(await mine.entity<number>({ prefix: "e" }).get("a")).toBeUndefined();
    expect(await here.namespace("mine2", { clear: true }).get("a")).toBe(4);
    expect(await here.get("a")).toBe(5);
    advance(1);
    await mine.set("a", 6);
    expect(await there.namespace("mine", { clear: true }).get("a")).toBe(6);
  });

  it("that was made without says so when it is cleared", async () => {
    const { caches } = fleet();
    await expect(caches[0].namespace("n").clear()).rejects.toMatchObject({ code: "unsupported" });
    await expect(caches[1].namespace("n", { clear: true }).namespace("m").clear()).rejects.toMatchObject({
      code: "unsupported",
    });
  });
});

it("an array of tags that is changed later changes no entry", async () => {
  const { now, advance } = testClock();
  const defaults = ["all"];
  const cache = createCache({ backend: memory({ maxEntries: 10, now }), ttl: "1m", tags: defaults, now });
  const tags = ["x"];
  const loading = gate<number>();
  const loaded = cache.getOrSet("a", () => loading.opened, { tags });
  await settled();
  tags[0] = "y";
  defaults.pop();
  loading.open(1);
  await loaded;
  await cache.set("b", 2);
  advance(1);
  await cache.invalidateTags(["x", "all"]);
  expect(await cache.getMany(["a", "b"])).toEqual([undefined, undefined]);
});

it("an invalidation of a tag that is too long for any entry to have is not tried again", async () => {
  const store = sharedStore(Date.now);
  const short = { ...store, supports: { ...store.supports, maxKeyBytes: 20 } };
  const cache = createCache({ backend: short, ttl: "1m" });
  const retries = heard<RetryMessage>("retry");
  const tag = "x".repeat(20);
  await cache.invalidateTags([tag]);
  await expect(cache.set("a", 1, { tags: [tag] })).rejects.toMatchObject({ code: "too-large" });
  expect(retries).toEqual([]);
});
