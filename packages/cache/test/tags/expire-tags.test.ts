import { type Cache, type CacheOptions, createCache } from "@hitbox/cache";
import { compose } from "@hitbox/composition";
import { faulty } from "@hitbox/conformance";
import { BackendError, cacheBackend } from "@hitbox/core";
import { memory } from "@hitbox/memory";
import { describe, expect, it, vi } from "vitest";
import { testClock } from "../support/clock.ts";
import { gate, settled } from "../support/gate.ts";
import { heard } from "../support/heard.ts";
import { sharedStore } from "../support/shared-store.ts";

const OPTIONS = { ttl: 1_000, staleWhileRevalidate: 100, tags: ["t"] };

const STORES = {
  "a memory tier": (now: () => number) => memory({ maxEntries: 100, now }),
  "a store that processes share": (now: () => number) => sharedStore(now),
  "two tiers": (now: () => number) =>
    compose(memory({ maxEntries: 100, now }), cacheBackend(sharedStore(now), { now }), { now }),
  "two coherent tiers": (now: () => number) =>
    compose(memory({ maxEntries: 100, now }), cacheBackend(sharedStore(now, { changes: "told" }), { now }), {
      now,
    }),
};

const statusOf = async (cache: Cache | undefined, key: string): Promise<string | undefined> =>
  (await cache?.lookup(key))?.status;

describe.each(Object.entries(STORES))("over %s an expired tag", (_, open) => {
  const start = (options: Partial<CacheOptions> = {}) => {
    const clock = testClock();
    const { now } = clock;
    return { ...clock, cache: createCache({ backend: open(now), now, ...OPTIONS, ...options }) };
  };

  it("has its entries answered with at once, and loaded anew in the background", async () => {
    const { cache } = start();
    await cache.set("a", "old");
    expect(cache.getSync("a") ?? (await cache.get("a"))).toBe("old");
    await cache.expireTags(["t"]);
    expect(await statusOf(cache, "a")).toBe("stale");
    expect(await cache.getOrSet("a", () => "new")).toBe("old");
    await cache.idle();
    expect(await cache.getOrSet("a", () => "newer")).toBe("new");
    expect(await statusOf(cache, "a")).toBe("fresh");
  });

  it("leaves entries of other tags, and those that are stored after it", async () => {
    const { cache } = start({ tags: [] });
    await cache.set("other", 1, { tags: ["u"] });
    await cache.set("both", 1, { tags: ["u", "t"] });
    await cache.expireTags(["t"]);
    await cache.set("after", 1, { tags: ["t", "u"] });
    expect(await statusOf(cache, "other")).toBe("fresh");
    expect(await statusOf(cache, "after")).toBe("fresh");
    expect(await statusOf(cache, "both")).toBe("stale");
  });

  it("has the windows begin then, though it is expired again", async () => {
    const { cache, advance } = start();
    await cache.set("a", 1);
    advance(500);
    await cache.expireTags(["t"]);
    advance(60);
    await cache.expireTags(["t"]);
    advance(39);
    expect(await cache.get("a")).toBe(1);
    advance(1);
    expect(await cache.get("a")).toBeUndefined();
  });

  it("keeps its entries for four times at most", async () => {
    const { cache } = start();
    await cache.set("a", 1);
    for (let time = 0; time < 4; time++) {
      await cache.expireTags(["t"]);
      await cache.set(`after ${time}`, 1);
      expect(await statusOf(cache, "a")).toBe("stale");
    }
    await cache.expireTags(["t"]);
    expect(await statusOf(cache, "a")).toBe("miss");
    expect(await statusOf(cache, "after 0")).toBe("stale");
    expect(await statusOf(cache, "after 3")).toBe("stale");
  });

  it("has no stale entries left when it is invalidated", async () => {
    const { cache } = start();
    await cache.set("a", 1);
    await cache.expireTags(["t"]);
    await cache.set("b", 1);
    await cache.invalidateTags(["t"]);
    expect([await statusOf(cache, "a"), await statusOf(cache, "b")]).toEqual(["miss", "miss"]);
    await cache.set("c", 1);
    await cache.expireTags(["t"]);
    expect(await statusOf(cache, "c")).toBe("stale");
  });

  it("has entries without stale windows missed", async () => {
    const { cache } = start({ staleWhileRevalidate: 0 });
    await cache.set("a", 1);
    await cache.expireTags(["t"]);
    expect(await cache.get("a")).toBeUndefined();
    expect(await cache.getOrSet("a", () => 2)).toBe(2);
  });

  it("is not undone by a touch, or by reads", async () => {
    const { cache, advance } = start({ timeToIdle: 100 });
    await cache.set("a", 1);
    await cache.expireTags(["t"]);
    expect(await cache.touch("a")).toBe(false);
    advance(60);
    await cache.get("a");
    await cache.idle();
    expect(await statusOf(cache, "a")).toBe("stale");
  });

  it("has a load that had begun not stored, and a set before it stale or gone", async () => {
    const { cache } = start();
    const loaded = gate<string>();
    const load = cache.getOrSet("a", () => loaded.opened);
    await settled();
    const set = cache.set("b", "old");
    await cache.expireTags(["t"]);
    loaded.open("old");
    expect(await load).toBe("old");
    await set;
    expect(await statusOf(cache, "a")).not.toBe("fresh");
    expect(await statusOf(cache, "b")).not.toBe("fresh");
  });

  it("has a set after it in the order of calls fresh", async () => {
    const { cache } = start();
    await cache.set("a", "old");
    await Promise.all([cache.expireTags(["t"]), cache.set("a", "new")]);
    expect(await cache.lookup("a")).toMatchObject({ status: "fresh", value: "new" });
  });

  it("is told on its channel", async () => {
    const { cache } = start();
    const told = heard("expire");
    await cache.expireTags(["t", "u", "t"]);
    expect(told).toMatchObject([{ tags: ["t", "u"] }]);
  });
});

describe.each(["silent", "told"] as const)("among processes over a store that is %s", (changes) => {
  const start = (lag = 0) => {
    const clock = testClock();
    const store = sharedStore(clock.now, { changes });
    const process = (now: () => number): Cache => {
      const tiers = compose(memory({ maxEntries: 9, now }), cacheBackend(store, { now }), { now });
      return createCache({ backend: tiers, now, ...OPTIONS });
    };
    return { ...clock, here: process(clock.now), there: process(() => clock.now() - lag) };
  };

  it("it holds in all of them, and a value that one has stored since is that of all", async () => {
    const { here, there, advance } = start();
    await here.set("a", "old");
    expect(await there.get("a")).toBe("old");
    await here.expireTags(["t"]);
    await settled();
    expect(await statusOf(there, "a")).toBe("stale");
    advance(1);
    await here.set("a", "new");
    await settled();
    expect(await there.lookup("a")).toMatchObject({ status: "fresh", value: "new" });
  });

  it("no clock decides whether an entry is stale", async () => {
    const { here, there } = start(50);
    await there.set("a", "old");
    await here.expireTags(["t"]);
    await settled();
    expect(await statusOf(there, "a")).toBe("stale");
    expect(await there.getOrSet("a", () => "new")).toBe("old");
  });
});

describe("a store that", () => {
  it.each([
    ["has no leases", { leases: "no leases" } as const, {}],
    [
      "does not permit leases",
      {},
      { lease: () => Promise.reject(new BackendError("internal", "NOPERM", { retryable: false })) },
    ],
    ["is written by others all the while", {}, { writeFenced: async () => false }],
  ])("%s has the tag invalidated", async (_, shape, changed) => {
    const { now } = testClock();
    const store = { ...sharedStore(now, shape) };
    const cache = createCache({ backend: cacheBackend(store, { now }), now, ...OPTIONS });
    await cache.set("a", 1);
    Object.assign(store, changed);
    const other = createCache({ backend: cacheBackend({ ...store }, { now }), now, ...OPTIONS });
    await other.expireTags(["t"]);
    expect(await statusOf(cache, "a")).toBe("miss");
  });

  it("fails has the entries of the tag counted as missing, until they are invalid for all", async () => {
    const { now } = testClock();
    const far = sharedStore(now);
    const broken = faulty(far, { operations: ["lease"], script: [{ fail: "connection" }] });
    const other = createCache({ backend: cacheBackend(far, { now }), now, ...OPTIONS });
    await other.set("a", 1);
    const cache = createCache({
      ...{ backend: cacheBackend(broken, { now }), now, onBackendError: "throw", ...OPTIONS },
    });
    await expect(cache.expireTags(["t"])).rejects.toThrow(BackendError);
    expect(await cache.get("a")).toBeUndefined();
    await vi.waitFor(async () => expect(await other.get("a")).toBeUndefined());
  });
});
