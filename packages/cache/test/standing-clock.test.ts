import { createCache } from "@hitbox/cache";
import { compose } from "@hitbox/composition";
import { memory } from "@hitbox/memory";
import { afterEach, describe, expect, it, vi } from "vitest";
import { sharedStore } from "./support/shared-store.ts";

// Clocks that tests stop, and functions that they fake.

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const now = (): number => 1_000_000;
const STACKS = {
  "a memory tier": () => memory({ maxEntries: 100, now }),
  "memory over a shared store": () => compose(memory({ maxEntries: 100, now }), sharedStore(now), { now }),
  "memory over a store without leases": () =>
    compose(memory({ maxEntries: 100, now }), sharedStore(now, { leases: "no leases" }), { now }),
  "a coherent memory over a shared store": () =>
    compose(memory({ maxEntries: 100, now }), sharedStore(now, { changes: "told" }), { now }),
  "a shared store": () => sharedStore(now),
};

describe.each(Object.entries(STACKS))("under a clock that stands still, over %s", (_, stack) => {
  it("an entry that is set after an invalidation is a hit, and one from before is a miss", async () => {
    const cache = createCache({ backend: stack(), ttl: "1m", now });
    const tags = ["t"];
    for (let round = 0; round < 5; round++) {
      await cache.set("a", round, { tags });
      await cache.set("b", round, { tags });
      expect(await cache.get("b")).toBe(round);
      await cache.invalidateTags(tags);
      expect(await cache.get("b")).toBeUndefined();
      await cache.set("a", `after ${round}`, { tags });
      expect(await cache.get("a")).toBe(`after ${round}`);
      expect(await cache.getOrSet("a", () => "loaded", { tags })).toBe(`after ${round}`);
    }
  });

  it("a reload loads, though the value was set in the same millisecond", async () => {
    const cache = createCache({ backend: stack(), ttl: "1m", now });
    await cache.set("a", "set");
    expect(await cache.getOrSet("a", () => "loaded", { mode: "reload" })).toBe("loaded");
    const loadAll = (keys: readonly string[]) => keys.map((key) => `${key} anew`);
    expect(await cache.getOrSetMany(["a", "b"], loadAll, { mode: "reload" })).toEqual(["a anew", "b anew"]);
    expect(await cache.get("a")).toBe("a anew");
  });

  it("an entry that is set after a delete or a clear is a hit", async () => {
    const cache = createCache({ backend: stack(), ttl: "1m", now });
    const space = cache.namespace("n", { clear: true });
    for (let round = 0; round < 3; round++) {
      await cache.set("a", round);
      await cache.delete("a");
      await space.set("a", round);
      await space.clear();
      expect([await cache.get("a"), await space.get("a")]).toEqual([undefined, undefined]);
      await cache.set("a", "after");
      await space.set("a", "after in it");
      expect([await cache.get("a"), await space.get("a")]).toEqual(["after", "after in it"]);
    }
  });
});

const TIMERS = ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date", "performance"] as const;

describe.each([
  ["timers, nextTick and queueMicrotask", TIMERS],
  ["setImmediate too", [...TIMERS, "setImmediate", "clearImmediate"]],
] as const)("with these faked, and none of them run: %s", (_, toFake) => {
  it("every operation settles over memory", async () => {
    vi.useFakeTimers({ toFake: [...toFake] });
    // Vitest's own fakes leave these alone in a child process.
    vi.spyOn(process, "nextTick").mockImplementation(() => {});
    vi.spyOn(globalThis, "queueMicrotask").mockImplementation(() => {});
    const cache = createCache({ backend: memory({ maxEntries: 100 }), ttl: "1m" });
    const load = vi.fn((keys: readonly number[]) => keys.map((key) => key * 10));
    expect(await cache.getOrSetMany([1, 2, 3], load)).toEqual([10, 20, 30]);
    expect(await cache.getOrSetMany([1, 2, 4], load)).toEqual([10, 20, 40]);
    expect(load.mock.calls.map(([keys]) => keys)).toEqual([[1, 2, 3], [4]]);
    expect(await cache.getOrSet("a", async () => 1, { tags: ["t"] })).toBe(1);
    await cache.setMany([["b", 2]]);
    expect(await cache.getMany(["a", "b"])).toEqual([1, 2]);
    await cache.invalidateTags(["t"]);
    expect(await cache.deleteMany(["a", "b"])).toEqual([true, true]);
    await cache.clear();
    await cache.close();
  });
});
