import { type Cache, createCache } from "@hitbox/cache";
import { compose } from "@hitbox/composition";
import { cacheBackend } from "@hitbox/core";
import { memory } from "@hitbox/memory";
import { until } from "@hitbox/test-support";
import { describe, expect, it, vi } from "vitest";
import { testClock } from "./support/clock.ts";
import { gate, settled } from "./support/gate.ts";
import { heard } from "./support/heard.ts";
import { sharedStore } from "./support/shared-store.ts";

const STORES = {
  "a memory tier": (now: () => number) => memory({ maxEntries: 100, now }),
  "a store that processes share": (now: () => number) => sharedStore(now),
  "two tiers": (now: () => number) =>
    compose(memory({ maxEntries: 100, now }), cacheBackend(sharedStore(now), { now }), { now }),
};

describe.each(Object.entries(STORES))("over %s a touch", (_, open) => {
  const start = (options = {}) => {
    const clock = testClock();
    const { now } = clock;
    return { ...clock, cache: createCache({ backend: open(now), now, ttl: 100, ...options }) };
  };

  it("begins the life of an entry anew, with its value and age", async () => {
    const { cache, advance } = start();
    await cache.set("a", { n: 1 });
    advance(90);
    expect(await cache.touch("a")).toBe(true);
    advance(90);
    expect(await cache.lookup("a")).toMatchObject({ value: { n: 1 }, status: "fresh", age: 180 });
    advance(10);
    expect(await cache.get("a")).toBeUndefined();
  });

  it("takes a life of its own", async () => {
    const { cache, advance } = start();
    await cache.set("a", 1);
    expect(await cache.touch("a", "1s")).toBe(true);
    advance(999);
    expect(await cache.get("a")).toBe(1);
    expect(await cache.touch("a", 10)).toBe(true);
    advance(10);
    expect(await cache.get("a")).toBeUndefined();
    await expect(cache.touch("a", 0)).rejects.toThrow(/^ttl must be above 0.*`expire`/);
  });

  it("ends no life sooner if it is given none", async () => {
    const { cache, advance } = start();
    await cache.set("a", 1, { ttl: 1_000 });
    await cache.set("b", 1, { ttl: Number.POSITIVE_INFINITY });
    expect(await cache.touchMany(["a", "b", "c"])).toEqual([true, true, false]);
    advance(999);
    expect(await cache.getMany(["a", "b"])).toEqual([1, 1]);
  });

  it("moves the stale windows with the life", async () => {
    const { cache, advance } = start({ staleWhileRevalidate: 50 });
    await cache.set("a", 1);
    advance(50);
    await cache.touch("a");
    advance(100);
    expect((await cache.lookup("a")).status).toBe("stale");
    advance(49);
    expect(await cache.get("a")).toBe(1);
    advance(1);
    expect((await cache.lookup("a")).status).toBe("miss");
  });

  it("leaves an entry that is missing, stale, expired or deleted", async () => {
    const { cache, advance } = start({ staleWhileRevalidate: "1h" });
    expect(await cache.touch("a")).toBe(false);
    await cache.setMany(["a", "b", "c"].map((key) => [key, 1] as const));
    await cache.expire("a");
    expect(await cache.touch("a")).toBe(false);
    expect(await Promise.all([cache.delete("b"), cache.touch("b")])).toEqual([true, false]);
    advance(100);
    expect(await cache.touch("c")).toBe(false);
    expect((await cache.lookup("c")).status).toBe("stale");
  });

  it("keeps tags, and leaves an entry whose tag has been invalidated", async () => {
    const { cache, advance } = start({ tags: ["t"] });
    await cache.set("a", 1);
    advance(90);
    expect(await cache.touch("a")).toBe(true);
    advance(90);
    expect(await cache.get("a")).toBe(1);
    await cache.invalidateTags(["t"]);
    expect(await cache.touch("a")).toBe(false);
    expect(await cache.get("a")).toBeUndefined();
  });

  it("keeps not found as long as not found is kept", async () => {
    const { cache, advance } = start({ notFoundTtl: 10 });
    const load = vi.fn(() => undefined);
    await cache.getOrSet("a", load);
    advance(9);
    expect(await cache.touch("a")).toBe(true);
    advance(9);
    await cache.getOrSet("a", load);
    expect(load).toHaveBeenCalledTimes(1);
    advance(1);
    await cache.getOrSet("a", load);
    expect(load).toHaveBeenCalledTimes(2);
  });

  it("is told on its channel", async () => {
    const { cache } = start();
    const told = heard("touch");
    await cache.set("a", 1);
    await cache.touchMany(["a", "b"]);
    expect(told).toMatchObject([{ key: "a" }]);
  });
});

describe("among processes", () => {
  const start = (leases: "leases" | "no leases" = "leases") => {
    const clock = testClock();
    const { now } = clock;
    const store = sharedStore(now, { leases });
    const process = (): Cache =>
      createCache({ backend: cacheBackend(store, { now }), ttl: 100, now, staleWhileRevalidate: 50 });
    return { ...clock, here: process(), there: process() };
  };

  it("a touch leaves an entry that another process is loading, and its value is stored", async () => {
    const { here, there, advance } = start();
    await here.set("a", "old");
    advance(1);
    const loaded = gate<string>();
    const loader = vi.fn(() => loaded.opened);
    const load = there.getOrSet("a", loader, { mode: "reload" });
    await until(() => loader.mock.calls.length === 1);
    expect(await here.touch("a")).toBe(false);
    loaded.open("new");
    await load;
    expect(await here.get("a")).toBe("new");
  });

  it("a touch gives back the lease that it does not use", async () => {
    const { here, there } = start();
    expect(await here.touch("a")).toBe(false);
    await here.idle();
    expect(await there.getOrSet("a", () => "loaded")).toBe("loaded");
  });

  it("a touch over a store without leases writes nothing", async () => {
    const { here, advance } = start("no leases");
    await here.set("a", 1);
    advance(50);
    expect(await here.touch("a")).toBe(false);
    advance(50);
    expect((await here.lookup("a")).status).toBe("stale");
  });

  it("a stale first tier learns of a life that another process has begun anew", async () => {
    const { now, advance } = testClock();
    const store = sharedStore(now);
    const [here, there] = [1, 2].map(() => {
      const tiers = compose(memory({ maxEntries: 9, now }), cacheBackend(store, { now }), { now });
      return createCache({ backend: tiers, ttl: 100, now, staleWhileRevalidate: 50 });
    });
    await here?.set("a", "old");
    await there?.get("a");
    advance(90);
    expect(await here?.touch("a")).toBe(true);
    advance(20);
    expect((await there?.lookup("a"))?.status).toBe("fresh");
    await settled();
    expect(there?.getSync("a")).toBe("old");
  });
});
