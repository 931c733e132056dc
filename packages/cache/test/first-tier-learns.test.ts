import { type Cache, type CacheOptions, createCache } from "@hitbox/cache";
import { compose } from "@hitbox/composition";
import { faulty } from "@hitbox/conformance";
import { cacheBackend } from "@hitbox/core";
import { memory } from "@hitbox/memory";
import { describe, expect, it, vi } from "vitest";
import { testClock } from "./support/clock.ts";
import { gate, settled } from "./support/gate.ts";
import { type SharedStoreOptions, sharedStore } from "./support/shared-store.ts";

// A value that this process has read from the second tier, or knows to be stale in the first, changes the
// first tier.

function twoProcesses(options: Partial<CacheOptions>, shape: SharedStoreOptions = {}) {
  const clock = testClock();
  const { now } = clock;
  const far = sharedStore(now, shape);
  const open = () => {
    const near = memory({ maxEntries: 100, now });
    const store = faulty(far);
    const backend = compose(near, cacheBackend(store, { now }), { now });
    return { near, store, cache: createCache({ backend, ttl: 100, now, ...options }) };
  };
  return { ...clock, far, here: open(), there: open() };
}

function operations({ calls }: { readonly calls: Readonly<Record<string, number>> }): number {
  return Object.values(calls).reduce((sum, count) => sum + count, 0);
}

/** What a cache answers to calls one after the other, each after everything in the background has ended. */
async function answers(cache: Cache, times: number, load: () => unknown): Promise<unknown[]> {
  const all: unknown[] = [];
  for (let time = 0; time < times; time++) {
    all.push(await cache.getOrSet<unknown>("a", load));
    await settled();
    await settled();
  }
  return all;
}

const SHAPES: readonly (readonly [string, Partial<CacheOptions>, SharedStoreOptions])[] = [
  ["with leases", {}, {}],
  ["with leases that are not used", { lease: false }, {}],
  ["over a store without leases", {}, { leases: "no leases" }],
  ["with leases and coherence", {}, { changes: "told" }],
];

describe.each(SHAPES)("a first tier %s", (_, options, shape) => {
  it("has the value of another process after one refresh in the background, without a load", async () => {
    const { here, there, advance } = twoProcesses({ staleWhileRevalidate: "1h", ...options }, shape);
    await here.cache.set("a", "old");
    advance(150);
    await there.cache.set("a", "new");
    const load = vi.fn(() => "loaded");
    const [first, ...rest] = await answers(here.cache, 5, load);
    expect(["old", "new"]).toContain(first);
    expect(rest).toEqual(["new", "new", "new", "new"]);
    expect(load).not.toHaveBeenCalled();
    expect(here.cache.getSync("a")).toBe("new");
  });

  it("has a loaded value after one refresh where the second tier has lost its entry", async () => {
    const { here, far, advance } = twoProcesses({ staleWhileRevalidate: "1h", ...options }, shape);
    await here.cache.set("a", "old");
    await far.remove("=a");
    advance(150);
    const load = vi.fn(() => "loaded");
    const [first, ...rest] = await answers(here.cache, 3, load);
    expect(["old", "loaded"]).toContain(first);
    expect(rest).toEqual(["loaded", "loaded"]);
    expect(load).toHaveBeenCalledTimes(1);
  });

  it("has it though the value is stale there too, and one load then is for both", async () => {
    const { here, there, advance } = twoProcesses({ staleWhileRevalidate: "1h", ...options }, shape);
    await here.cache.set("a", "old");
    advance(150);
    await there.cache.set("a", "new");
    advance(150);
    const load = vi.fn(() => "newest");
    await answers(here.cache, 2, load);
    expect(await answers(there.cache, 2, load)).toEqual([expect.anything(), "newest"]);
    expect(await answers(here.cache, 1, load)).toEqual(["newest"]);
    expect(load).toHaveBeenCalledTimes(1);
  });

  it("does not hide the newer value of the second from get", async () => {
    const { here, there, advance } = twoProcesses({ staleIfError: "1h", ...options }, shape);
    await here.cache.set("a", "old");
    advance(150);
    await there.cache.set("a", "new");
    expect(await here.cache.get("a")).toBe("new");
    expect((await here.cache.lookup("a")).value).toBe("new");
    expect(await here.cache.getMany(["a"])).toEqual(["new"]);
  });

  it("does not hide a newer stale value of the second where a load fails", async () => {
    const { here, there, advance } = twoProcesses({ staleIfError: "1h", ...options }, shape);
    await here.cache.set("a", "old");
    advance(150);
    await there.cache.set("a", "new");
    advance(150);
    const fails = vi.fn(() => Promise.reject(new Error("upstream")));
    expect(await here.cache.getOrSet<unknown>("a", fails)).toBe("new");
    // Past the time for which a source that failed is not asked.
    advance(60_000);
    expect(await here.cache.getOrSetMany<string, unknown>(["a"], fails)).toEqual(["new"]);
    expect(fails).toHaveBeenCalledTimes(2);
  });

  it("has what the second has within staleIfError, so that 100 calls ask the second once", async () => {
    const { here, there, advance } = twoProcesses({ staleIfError: "1h", ...options }, shape);
    await here.cache.set("a", "old");
    advance(150);
    await there.cache.set("a", "new");
    const before = operations(here.store);
    const load = vi.fn(() => "loaded");
    expect(new Set(await answers(here.cache, 100, load))).toEqual(new Set(["new"]));
    expect(load).not.toHaveBeenCalled();
    expect(operations(here.store) - before).toBeLessThanOrEqual(3);
  });
});

it("refreshAhead without leases takes another process's newer value in place of a load", async () => {
  const { here, there, advance } = twoProcesses({ refreshAhead: 0.5, lease: false });
  await here.cache.set("a", "old");
  advance(60);
  await there.cache.set("a", "new");
  const load = vi.fn(() => "loaded");
  expect(await answers(here.cache, 3, load)).toEqual(["old", "new", "new"]);
  expect(load).not.toHaveBeenCalled();
});

it("while a refresh runs in the background a stale value of the first tier is the answer at once, without a read", async () => {
  const { here, advance } = twoProcesses({ staleWhileRevalidate: "1h" });
  await here.cache.set("a", "old");
  advance(150);
  const loading = gate<string>();
  expect(await here.cache.getOrSet("a", () => loading.opened)).toBe("old");
  await settled();
  await settled();
  const before = operations(here.store);
  for (let time = 0; time < 10; time++) expect(await here.cache.getOrSet("a", () => "other")).toBe("old");
  expect(operations(here.store) - before).toBe(0);
  loading.open("new");
  await settled();
  expect(await here.cache.getOrSet("a", () => "other")).toBe("new");
});

it("a stale value of the first tier is the answer though the second does not answer", async () => {
  const { now, advance } = testClock();
  const far = sharedStore(now);
  const reading = gate();
  let isSlow = false;
  const slow = {
    ...far,
    supports: { ...far.supports, readMany: false as const },
    async read(key: string) {
      if (isSlow) await reading.opened;
      return far.read(key);
    },
  };
  const backend = compose(memory({ maxEntries: 10, now }), cacheBackend(slow, { now }), { now });
  const cache = createCache({ backend, ttl: 100, staleWhileRevalidate: "1h", now });
  await cache.set("a", "old");
  advance(150);
  isSlow = true;
  expect(await cache.getOrSet("a", () => "new")).toBe("old");
  reading.open();
  await settled();
  await settled();
  expect(await cache.getOrSet("a", () => "newest")).toBe("new");
});
