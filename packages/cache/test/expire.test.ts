import { createCache } from "@hitbox/cache";
import { compose } from "@hitbox/composition";
import { faulty } from "@hitbox/conformance";
import { type Backend, BackendError, cacheBackend } from "@hitbox/core";
import { memory } from "@hitbox/memory";
import { until } from "@hitbox/test-support";
import { describe, expect, it, vi } from "vitest";
import { testClock } from "./support/clock.ts";
import { gate, settled } from "./support/gate.ts";
import { heard } from "./support/heard.ts";
import { sharedStore } from "./support/shared-store.ts";

const WINDOW = { ttl: 1_000, staleWhileRevalidate: 100 };

const DOWN = { fail: "connection" } as const;

const STORES = {
  "a memory tier": (now: () => number) => memory({ maxEntries: 100, now }),
  "a store that processes share": (now: () => number) => sharedStore(now),
  "two tiers": (now: () => number) =>
    compose(memory({ maxEntries: 100, now }), cacheBackend(sharedStore(now), { now }), { now }),
};

describe.each(Object.entries(STORES))("over %s an expired entry", (_, open) => {
  const start = (options = {}) => {
    const clock = testClock();
    const { now } = clock;
    return { ...clock, cache: createCache({ backend: open(now), now, ...WINDOW, ...options }) };
  };

  it("is answered with at once, and loaded anew in the background", async () => {
    const { cache } = start();
    await cache.set("a", "old");
    expect(await cache.expire("a")).toBe(true);
    expect((await cache.lookup("a")).status).toBe("stale");
    expect(await cache.getOrSet("a", () => "new")).toBe("old");
    await cache.idle();
    expect(await cache.getOrSet("a", () => "newer")).toBe("new");
  });

  it("ends when the stale windows are over, counted from then", async () => {
    const { cache, advance } = start();
    await cache.set("a", "old");
    advance(500);
    await cache.expire("a");
    advance(99);
    expect(await cache.get("a")).toBe("old");
    advance(1);
    expect(await cache.get("a")).toBeUndefined();
    expect((await cache.lookup("a")).status).toBe("miss");
  });

  it("keeps the windows of its own options, and lives no longer than it would have", async () => {
    const { cache, advance } = start();
    await cache.set("a", "old", { ttl: 1_000, staleIfError: 300 });
    advance(1_200);
    await cache.expire("a");
    advance(99);
    expect((await cache.lookup("a")).value).toBe("old");
    advance(1);
    expect((await cache.lookup("a")).value).toBeUndefined();
  });

  it("is gone if it has no stale windows", async () => {
    const { cache } = start({ staleWhileRevalidate: 0 });
    await cache.set("a", 1);
    expect(await cache.expire("a")).toBe(true);
    expect((await cache.lookup("a")).status).toBe("miss");
    expect(await cache.expire("a")).toBe(false);
  });

  it("answers for a source that fails", async () => {
    const { cache } = start({ staleWhileRevalidate: 0, staleIfError: "1h" });
    await cache.set("a", "old");
    await cache.expire("a");
    const down = () => Promise.reject(new Error("down"));
    expect(await cache.getOrSet("a", down)).toBe("old");
    expect(await cache.getOrSet("a", () => "new", { retryAfter: 0 })).toBe("new");
  });

  it("is replaced by a set that is called after it", async () => {
    const { cache } = start();
    await cache.set("a", "old");
    await Promise.all([cache.expire("a"), cache.set("a", "new")]);
    expect((await cache.lookup("a")).status).toBe("fresh");
    await Promise.all([cache.set("a", "newer"), cache.expire("a")]);
    expect((await cache.lookup("a")).status).toBe("stale");
  });

  it("is not replaced by a load that had begun", async () => {
    const { cache } = start();
    const loaded = gate<string>();
    const load = cache.getOrSet("a", () => loaded.opened);
    await settled();
    expect(await cache.expire("a")).toBe(false);
    loaded.open("old");
    expect(await load).toBe("old");
    expect(await cache.get("a")).toBeUndefined();
  });

  it("may be one of many, of a namespace, or of an entity", async () => {
    const { cache } = start();
    await cache.setMany([["a", 1], ["b", 2]]); // biome-ignore format: pairs
    expect(await cache.expireMany(["a", "c", "b", "a"])).toEqual([true, false, true, true]);
    const users = cache.namespace("shop").entity<number, string>({ prefix: "user" });
    await users.set("a", 3);
    expect(await cache.expire("a")).toBe(true);
    expect((await users.lookup("a")).status).toBe("fresh");
    expect(await users.expire("a")).toBe(true);
    expect((await users.lookup("a")).status).toBe("stale");
  });
});

describe("among processes", () => {
  it("a load of another process that had begun is not stored", async () => {
    const { now, advance } = testClock();
    const store = sharedStore(now);
    const [here, there] = [1, 2].map(() =>
      createCache({ backend: cacheBackend(store, { now }), now, ...WINDOW }),
    );
    await here?.set("a", "old");
    advance(1);
    const loaded = gate<string>();
    const loader = vi.fn(() => loaded.opened);
    const load = there?.getOrSet("a", loader, { mode: "reload" });
    await until(() => loader.mock.calls.length === 1);
    await here?.expire("a");
    loaded.open("older");
    expect(await load).toBe("older");
    expect(await here?.lookup("a")).toMatchObject({ status: "stale", value: "old" });
  });

  it("a coherent first tier hears of it", async () => {
    const { now } = testClock();
    const store = sharedStore(now, { changes: "told" });
    const [here, there] = [1, 2].map(() => {
      const far = cacheBackend(store, { now });
      return createCache({ backend: compose(memory({ maxEntries: 9, now }), far, { now }), now, ...WINDOW });
    });
    await here?.set("a", "old");
    expect(await there?.get("a")).toBe("old");
    await here?.expire("a");
    await settled();
    expect((await there?.lookup("a"))?.status).toBe("stale");
  });
});

describe("a store that", () => {
  const over = (store: Backend<unknown>, now: () => number, options = {}) =>
    createCache({ backend: cacheBackend(store, { now }), now, ...WINDOW, ...options });

  it("has no leases deletes the entry", async () => {
    const { now } = testClock();
    const cache = over(sharedStore(now, { leases: "no leases" }), now);
    await cache.set("a", 1);
    expect(await cache.expire("a")).toBe(true);
    expect((await cache.lookup("a")).status).toBe("miss");
  });

  it("does not permit leases deletes the entry", async () => {
    const { now } = testClock();
    const refuse = async () => {
      throw new BackendError("internal", "NOPERM", { retryable: false });
    };
    const cache = over({ ...sharedStore(now), lease: refuse }, now);
    await cache.set("a", 1);
    expect(await cache.expire("a")).toBe(true);
    expect((await cache.lookup("a")).status).toBe("miss");
  });

  it("is written by others all the while deletes the entry", async () => {
    const { now } = testClock();
    const cache = over({ ...sharedStore(now), writeFenced: async () => false }, now);
    await cache.set("a", 1);
    expect(await cache.expire("a")).toBe(true);
    expect((await cache.lookup("a")).status).toBe("miss");
  });

  it("fails has the entry counted as missing, and deleted later", async () => {
    const { now } = testClock();
    const far = sharedStore(now);
    const store = faulty(far, { operations: ["lease"], script: [{ fail: "connection" }] });
    const cache = over(store, now, { onBackendError: "throw" });
    await cache.set("a", 1);
    await expect(cache.expire("a")).rejects.toThrow(BackendError);
    expect(await cache.get("a")).toBeUndefined();
    await cache.close();
    expect(await far.read("a")).toBeUndefined();
  });
});

it("an expire does not bring back an entry whose delete has just failed", async () => {
  const store = sharedStore(Date.now);
  let isDown = false;
  const backend = faulty(store, { script: (method) => (isDown && method === "remove" ? DOWN : undefined) });
  const cache = createCache({ backend, ...WINDOW, ttl: "1m", staleWhileRevalidate: "1h" });
  await cache.set("a", "old");
  isDown = true;
  await Promise.all([cache.delete("a"), cache.expire("a")]);
  expect(await cache.get("a")).toBeUndefined();
  expect((await cache.lookup("a")).value).toBeUndefined();
  isDown = false;
  await until(async () => (await store.read("a")) === undefined);
});

it("an expire is told on its channel", async () => {
  const cache = createCache({ backend: memory({ maxEntries: 10 }), ...WINDOW });
  const told = heard("expire");
  await cache.expire("a");
  expect(told).toEqual([{ cache: "memory", namespace: "", entity: "", keys: ["a"] }]);
});
