import { faulty } from "@hitbox/conformance";
import { cacheBackend, storeBackend } from "@hitbox/core";
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
