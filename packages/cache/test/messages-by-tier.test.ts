import { createCache, type LoadMessage, type ReadMessage, type StaleMessage } from "@hitbox/cache";
import { compose } from "@hitbox/composition";
import type { BackendMessage } from "@hitbox/core";
import { memory } from "@hitbox/memory";
import { heard as heardOn } from "@hitbox/test-support";
import { expect, it } from "vitest";
import { testClock } from "./support/clock.ts";
import { settled } from "./support/gate.ts";
import { heard } from "./support/heard.ts";
import { sharedStore } from "./support/shared-store.ts";

function open() {
  const { now, advance } = testClock();
  const store = sharedStore(now);
  const first = memory({ maxEntries: 100, now });
  const backend = compose(first, store, { now });
  const options = { ttl: "10s", staleWhileRevalidate: "1h", now } as const;
  return { cache: createCache({ backend, ...options }), first, advance };
}

it("a hit says which tier answered, and how long the call took", async () => {
  const { cache, first } = open();
  const hits = heard<ReadMessage>("hit");
  await cache.set("a", 1);
  await cache.get("a");
  for (const ask of [
    () => cache.get("a"),
    () => cache.getMany(["a"]),
    () => cache.getOrSet("a", () => 2),
    () => cache.getOrSetMany(["a"], () => [2]),
    () => cache.getOrSet("a", () => 2, { mode: "only-if-cached" }),
    () => cache.lookup("a", () => 2),
  ]) {
    hits.length = 0;
    await ask();
    await first.remove("a");
    await ask();
    expect(hits.map(({ tier }) => tier)).toEqual(["memory>store.memory", "memory>store.store"]);
    for (const { cache: label, durationMs } of hits) {
      expect(label).toBe("memory>store");
      expect(durationMs).toBeGreaterThanOrEqual(0);
    }
  }
});

it("a stale answer says which tier had it, and a miss that none had", async () => {
  const { cache, advance } = open();
  const [misses, stale] = [heard<ReadMessage>("miss"), heard<StaleMessage>("stale")];
  await cache.set("a", 1);
  advance(10_000);
  expect(await cache.getOrSet("a", () => 2)).toBe(1);
  await cache.get("none");
  await settled();
  expect(stale).toMatchObject([{ key: "a", tier: "memory>store.memory", why: "revalidate" }]);
  expect(misses).toMatchObject([{ key: "none", tier: undefined }]);
});

it("each call that is answered by one read has a hit of its own, as the counts do", async () => {
  const { cache, first } = open();
  await cache.set("a", 1);
  await first.remove("a");
  const hits = heard<ReadMessage>("hit");
  await Promise.all([1, 2, 3].map(() => cache.getOrSet("a", () => 2)));
  expect(hits.map(({ tier }) => tier)).toEqual(Array(3).fill("memory>store.store"));
  expect(cache.stats().hits).toBe(3);
});

it("a load says which tiers took the value", async () => {
  const { cache } = open();
  const loads = heard<LoadMessage>("load");
  await cache.getOrSet("a", () => 1);
  expect(loads).toMatchObject([
    { outcome: "stored", stored: ["memory>store.store", "memory>store.memory"], error: undefined },
  ]);
});

it("messages name the namespace and the entity, and a key that looks like one is in neither", async () => {
  const { cache } = open();
  const misses = heard<ReadMessage>("miss");
  const shop = cache.namespace("shop");
  await shop.namespace("admin").get("a");
  await shop.entity({ prefix: "user", version: 3 }).get({ id: 42 });
  await shop.entity({ prefix: "user" }).get("@x:y");
  await cache.get("@shop:a");
  expect(misses.map(({ namespace, entity, key }) => [namespace, entity, key])).toEqual([
    ["shop/admin", "", "@shop:@admin:a"],
    ["shop", "user.v3", '@shop:@user.v3:={"id":42}'],
    ["shop", "user.v0", "@shop:@user.v0:'@x:y"],
    ["", "", "'@shop:a"],
  ]);
});

it("operations of tiers say what they are for: a miss is a read of a value and one of a lease", async () => {
  const { cache, first } = open();
  const reads = heardOn<BackendMessage>("hitbox:backend:read");
  const writes = heardOn<BackendMessage>("hitbox:backend:write");
  const told = (messages: BackendMessage[]): string[] =>
    messages.splice(0).map(({ backend, key, purpose }) => `${backend.slice(13)} ${key} ${purpose}`);
  await cache.getOrSet("a", () => 1, { tags: ["t"] });
  expect(told(reads).filter((read) => read.startsWith("store"))).toEqual([
    "store a value",
    "store %tag:t tags",
    "store a lease",
    "store %tag:t tags",
  ]);
  expect(told(writes)).toEqual(["store %tag:t tags", "store a value", "memory a value"]);
  await first.remove("a");
  await cache.get("a");
  expect(told(reads).filter((read) => read.includes(" a "))).toEqual(["memory a value", "store a value"]);
  expect(told(writes)).toEqual(["memory a refill"]);
});
