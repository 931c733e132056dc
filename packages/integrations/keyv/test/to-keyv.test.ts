import { faulty } from "@hitbox/conformance";
import { cacheBackend, cacheValue, storeBackend } from "@hitbox/core";
import { memory } from "@hitbox/memory";
import { failureOf } from "@hitbox/test-support";
import Keyv from "keyv";
import { expect, test } from "vitest";
import { toKeyv } from "../src/index.ts";

const tier = () => memory({ maxEntries: 100 });

test("an end that Keyv gives in milliseconds is the end of the entry", async () => {
  let now = 1_000_000;
  const backend = cacheBackend(memory({ maxEntries: 100, now: () => now }), { now: () => now });
  const store = toKeyv(backend, { now: () => now });
  await store.set("a", 1, 500.5);
  await store.set("b", 2, 0);
  await store.set("c", 3, -1);
  now += 500;
  expect(await store.getMany(["a", "b", "c"])).toEqual([1, 2, undefined]);
  now += 1;
  expect(await store.hasMany(["a", "b"])).toEqual([false, true]);
});

test.each([Number.NaN, "60", null])("a time to live of %s is refused, and nothing is set", async (ttl) => {
  const backend = cacheBackend(tier());
  const store = toKeyv(backend);
  await expect(store.set("a", 1, ttl as never)).rejects.toThrow("ttl must be a number of milliseconds");
  const entries = [
    { key: "a", value: 1 },
    { key: "b", value: 2, ttl: ttl as never },
  ];
  await expect(store.setMany(entries)).rejects.toThrow(TypeError);
  expect(await backend.get("a")).toBeUndefined();
});

test("a Keyv hears that its time to live is none", async () => {
  const keyv = new Keyv({ store: toKeyv(tier()), throwOnErrors: true });
  await expect(keyv.set("n", "x", Number.NaN)).rejects.toThrow("ttl must be a number of milliseconds");
  await keyv.set("n", "x", Number.POSITIVE_INFINITY);
  expect(await keyv.get("n")).toBe("x");
});

test("a clear of a namespace that ends in half a character leaves the others", async () => {
  const store = toKeyv(tier());
  const namespaces = ["t\ud800", "t\ud801", "t\ufffd", "t"];
  for (const namespace of namespaces) {
    store.namespace = namespace;
    await store.set(`${namespace}:key`, namespace);
  }
  store.namespace = "t\ud800";
  await store.clear();
  expect(await store.getMany(namespaces.map((each) => `${each}:key`))).toEqual([
    undefined,
    ...namespaces.slice(1),
  ]);
});

test("a clear of a namespace voids the fences of loads that have begun in it", async () => {
  const backend = cacheBackend(tier());
  const store = toKeyv(backend);
  store.namespace = "a";
  const { fence } = await backend.lease("a:key", 60_000);
  await store.clear();
  expect(await backend.setFenced("a:key", cacheValue("old"), fence)).toBe(false);
});

test("a clear of a namespace leaves the others, and one without a namespace clears all", async () => {
  const backend = tier();
  const [a, b] = ["a", "b"].map((namespace) => new Keyv({ store: toKeyv(backend), namespace }));
  await a?.set("key", 1);
  await b?.set("key", 2);
  await a?.clear();
  expect([await a?.get("key"), await b?.get("key")]).toEqual([undefined, 2]);
  await toKeyv(backend).clear();
  expect(await b?.get("key")).toBeUndefined();
});

test("a backend that lists no keys has no iterator, and fails to clear a namespace", async () => {
  const nothing = () => undefined;
  const calls = { get: nothing, set: nothing, delete: nothing };
  const plain = storeBackend({ label: "plain", shared: false, persistent: false, expiry: "none", ...calls });
  const store = toKeyv(plain);
  store.namespace = "a";
  expect(store.iterator).toBeUndefined();
  expect(await failureOf(() => store.clear())).toMatchObject({ code: "unsupported" });
});

test("failures of the backend are failures of the store", async () => {
  const store = toKeyv(faulty(tier(), { script: [{ fail: "connection" }] }));
  expect(await failureOf(() => store.get("key"))).toMatchObject({ code: "connection" });
});

test("a value that is no backend is refused", () => {
  expect(() => toKeyv(new Map() as never)).toThrow("must be a backend");
});
