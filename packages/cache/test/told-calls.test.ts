import { type Cache, type CallActivity, type CallEnd, type CallTally, createCache } from "@hitbox/cache";
import { memory } from "@hitbox/memory";
import { expect, it } from "vitest";
import { heard } from "./support/heard.ts";
import { sharedStore } from "./support/shared-store.ts";

// Calls tell of themselves on `hitbox:cache:call`, and are counted on `hitbox:cache:tally`, while somebody
// listens.

const CALLS: Readonly<Record<string, (cache: Cache) => Promise<unknown>>> = {
  get: (cache) => cache.get("key"),
  getMany: (cache) => cache.getMany(["key", "other"]),
  getOrSet: (cache) => cache.getOrSet("key", () => 1),
  getOrSetMany: (cache) => cache.getOrSetMany(["key", "other"], (keys) => keys.map(() => 1)),
  lookup: (cache) => cache.lookup("key", () => 1),
};

it.each(Object.entries(CALLS))(
  "%s tells of itself once, before it reads, and of its end",
  async (name, call) => {
    const told = heard<CallActivity>("call");
    const ends: CallEnd[] = [];
    const read: string[] = [];
    const store = sharedStore(Date.now);
    const noted = {
      ...store,
      read: (key: string) => {
        read.push(key);
        expect(told).toHaveLength(1);
        told[0]?.whenEnded((end) => ends.push(end));
        return store.read(key);
      },
    };
    const cache = createCache({
      backend: { ...noted, supports: { ...store.supports, readMany: false } },
      ttl: "1m",
    });
    await call(cache);
    expect(read).toContain("key");
    expect(told.map(({ operation, key }) => [operation, key])).toEqual([
      [name, name.endsWith("Many") ? undefined : "key"],
    ]);
    expect(ends[0]).toMatchObject({ error: undefined });
  },
);

it("a call that fails tells of its error", async () => {
  const told = heard<CallActivity>("call");
  const ends: CallEnd[] = [];
  const cache = createCache({ backend: memory({ maxEntries: 10 }), ttl: "1m" });
  const failing = cache.getOrSet("key", () => Promise.reject(new Error("down")));
  told[0]?.whenEnded((end) => ends.push(end));
  await expect(failing).rejects.toThrow("down");
  expect(ends.map(({ error }) => (error as Error).message)).toEqual(["down"]);
});

it("hits, misses and loads are counted, in memory too", async () => {
  const tallies = heard<CallTally>("tally");
  const cache = createCache({ backend: memory({ maxEntries: 10, label: "told" }), ttl: "1m" });
  await cache.get("key");
  await cache.getOrSet("key", () => 1);
  await cache.get("key");
  await cache.getOrSet("key", () => 2);
  await cache.getMany(["key", "absent"]);
  const tally = tallies.find(({ cache: label }) => label === "told");
  expect(tally).toMatchObject({ hit: 3, miss: 3, stale: 0, collapsed: 0 });
});
