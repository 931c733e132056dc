import { createCache } from "@hitbox/cache";
import { faulty } from "@hitbox/conformance";
import { BackendError } from "@hitbox/core";
import { memory } from "@hitbox/memory";
import { expect, it } from "vitest";
import { testClock } from "./support/clock.ts";
import { gate, settled } from "./support/gate.ts";
import { sharedStore } from "./support/shared-store.ts";

const closed = { code: "closed" };

it("every operation after a close rejects with closed", async () => {
  const cache = createCache({ backend: memory({ maxEntries: 10 }), ttl: "1m" });
  const users = cache.entity<number>({ prefix: "user" });
  await cache.close();
  await cache.close();
  const operations = [
    () => cache.get("a"),
    () => cache.getMany(["a"]),
    () => cache.has("a"),
    () => cache.lookup("a"),
    () => cache.set("a", 1),
    () => cache.setMany([["a", 1]]),
    () => cache.delete("a"),
    () => cache.deleteMany(["a"]),
    () => cache.getOrSet("a", () => 1),
    () => cache.getOrSetMany(["a"], () => [1]),
    () => cache.invalidateTags(["a"]),
    () => cache.clear(),
    () => users.get("a"),
  ];
  for (const operation of operations) {
    await expect(operation()).rejects.toMatchObject(closed);
  }
  expect(() => cache.getSync("a")).toThrow(BackendError);
});

it("a load under way is aborted, and its callers hear that the cache was closed", async () => {
  const cache = createCache({ backend: memory({ maxEntries: 10 }), ttl: "1m" });
  let told: AbortSignal | undefined;
  const answer = cache.getOrSet("a", ({ signal }) => {
    told = signal;
    return new Promise<number>(() => {});
  });
  answer.catch(() => {});
  await settled();
  await cache.close();
  await expect(answer).rejects.toMatchObject(closed);
  expect(told?.aborted).toBe(true);
});

it("a load that a delete has outdated is aborted too", async () => {
  const cache = createCache({ backend: memory({ maxEntries: 10 }), ttl: "1m" });
  const answer = cache.getOrSet("a", () => new Promise<number>(() => {}));
  answer.catch(() => {});
  await settled();
  await cache.delete("a");
  await cache.close();
  await expect(answer).rejects.toMatchObject(closed);
});

it("a close waits for what is being stored", async () => {
  const { now, advance } = testClock();
  const store = sharedStore(now);
  const slow = faulty(store, { script: (operation) => (operation === "write" ? { delay: 30 } : undefined) });
  const cache = createCache({ backend: slow, ttl: "1m", staleWhileRevalidate: "1h", lease: false, now });
  await cache.set("a", 1);
  advance(61_000);
  expect(await cache.getOrSet("a", () => 2)).toBe(1);
  await settled();
  await cache[Symbol.asyncDispose]();
  expect(await createCache({ backend: store, ttl: "1m", now }).get("a")).toBe(2);
});

it("what loads when the cache is closed is not stored later", async () => {
  const loading = gate<number>();
  const store = faulty(memory({ maxEntries: 10 }));
  const cache = createCache({ backend: store, ttl: "1m" });
  const answer = cache.getOrSet("a", () => loading.opened);
  answer.catch(() => {});
  await settled();
  await cache.close();
  loading.open(1);
  await settled();
  expect(store.calls.write).toBe(0);
});

it("a close waits for sets and deletes that wait for an earlier one of their key", async () => {
  const store = sharedStore(Date.now);
  const slow = faulty(store, { script: (operation) => (operation === "write" ? { delay: 30 } : undefined) });
  const cache = createCache({ backend: slow, ttl: "1m" });
  const sets = Promise.all([1, 2, 3].map((value) => cache.set("a", value)));
  const removed = Promise.all([cache.set("b", 1), cache.delete("b")]);
  await cache.close();
  await Promise.all([sets, removed]);
  const other = createCache({ backend: store, ttl: "1m" });
  expect(await other.getMany(["a", "b"])).toEqual([3, undefined]);
});
