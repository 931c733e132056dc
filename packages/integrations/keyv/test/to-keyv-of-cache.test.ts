import { type Cache, createCache } from "@hitbox/cache";
import { faulty } from "@hitbox/conformance";
import { storeBackend } from "@hitbox/core";
import { memory } from "@hitbox/memory";
import { failureOf } from "@hitbox/test-support";
import Keyv from "keyv";
import { expect, test } from "vitest";
import { type KeyvStore, toKeyv } from "../src/index.ts";

const cacheOf = (options = {}): Cache =>
  createCache({ backend: memory({ maxEntries: 1_000 }), ttl: "1h", ...options });

async function listed(store: KeyvStore): Promise<unknown[]> {
  const entries: unknown[] = [];
  for await (const entry of store.iterator?.() ?? []) entries.push(entry);
  return entries.sort();
}

test("a namespace of Keyv is one of the cache, with the name in base64url", async () => {
  const cache = cacheOf();
  const keyv = new Keyv({ store: toKeyv(cache), namespace: "users: ä", useKeyPrefix: false });
  await keyv.set("ada", 1);
  const name = Buffer.from("users: ä").toString("base64url");
  expect(await cache.namespace(name, { clear: true }).has("ada")).toBe(true);
  expect(await cache.has("ada")).toBe(false);
});

test("a clear of a namespace needs no listing, and leaves the others", async () => {
  const bytes = new Map<string, Uint8Array>();
  const unlisted = storeBackend({
    ...{ label: "map", shared: false, persistent: false, expiry: "none" },
    get: (key) => bytes.get(key),
    set: (key, value) => bytes.set(key, value),
    delete: (key) => bytes.delete(key),
  });
  const cache = cacheOf({ backend: unlisted });
  const [a, ab] = ["a", "a:b"].map((namespace) => new Keyv({ store: toKeyv(cache), namespace }));
  await a?.set("key", 1);
  await ab?.set("key", 2);
  await a?.clear();
  expect([await a?.get("key"), await ab?.get("key")]).toEqual([undefined, 2]);
});

test("namespaces that are long or differ in half a character are different ones", async () => {
  const cache = cacheOf();
  const store = toKeyv(cache);
  const namespaces = [`${"n".repeat(100)}1`, `${"n".repeat(100)}2`, "\ud800", "\ud801", "a", "A"];
  for (const namespace of namespaces) {
    store.namespace = namespace;
    await store.set("key", namespace);
  }
  for (const namespace of namespaces) {
    store.namespace = namespace;
    expect(await listed(store)).toEqual([["key", namespace]]);
  }
});

test("an entry ends with its time to live, in spite of stale windows of the cache", async () => {
  let now = 1_000_000;
  const clock = (): number => now;
  const backend = memory({ maxEntries: 100, now: clock });
  const cache = cacheOf({ backend, staleWhileRevalidate: "1h", jitter: 0.5, now: clock });
  const store = toKeyv(cache, { now: clock });
  await store.set("a", 1, 500);
  await store.setMany([{ key: "b", value: 2, ttl: 600 }]);
  now += 499;
  expect(await store.getMany(["a", "b"])).toEqual([1, 2]);
  now += 1;
  expect(await store.hasMany(["a", "b"])).toEqual([false, true]);
});

test("an entry without a time to live has that of the cache", async () => {
  const cache = cacheOf({ ttl: "1m" });
  await toKeyv(cache).set("key", 1);
  const { createdAt = 0, expiresAt = 0 } = await cache.lookup("key");
  expect(expiresAt - createdAt).toBe(60_000);
});

test("an entry that has ended takes away the one before", async () => {
  const store = toKeyv(cacheOf());
  await store.setMany(["a", "b", "c"].map((key) => ({ key, value: 1 })));
  await store.set("a", 2, -1);
  await store.setMany([
    { key: "b", value: 2, ttl: -1 },
    { key: "c", value: 2, ttl: 1_000 },
  ]);
  expect(await store.getMany(["a", "b", "c"])).toEqual([undefined, undefined, 2]);
  expect(await store.delete("a")).toBe(false);
  expect(await store.delete("c")).toBe(true);
});

test("a backend that fails is a miss, or an error if the cache says so", async () => {
  const backend = () =>
    faulty(memory({ maxEntries: 100 }), { script: () => ({ fail: "connection" }), operations: ["read"] });
  expect(await toKeyv(cacheOf({ backend: backend() })).get("key")).toBeUndefined();
  const strict = toKeyv(cacheOf({ backend: backend(), onBackendError: "throw" }));
  expect(await failureOf(() => strict.get("key"))).toMatchObject({ code: "connection" });
});

test("keys that are data are not listed", async () => {
  const cache = cacheOf();
  await cache.set({ id: 1 }, 1);
  await cache.set("text", 2);
  expect(await listed(toKeyv(cache))).toEqual([["text", 2]]);
});
