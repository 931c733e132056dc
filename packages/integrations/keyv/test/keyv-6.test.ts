import { createCache } from "@hitbox/cache";
import { cacheBackend } from "@hitbox/core";
import { keyv6 } from "@hitbox/keyv-6";
import { memory } from "@hitbox/memory";
import { expect, test } from "vitest";
import { type KeyvStore, toKeyv } from "../src/index.ts";

const tier = () => memory({ maxEntries: 100 });

async function listed(store: { iterator?(): AsyncGenerator<[string, unknown], void> }): Promise<unknown[]> {
  const entries: unknown[] = [];
  for await (const entry of store.iterator?.() ?? []) entries.push(entry);
  return entries.sort();
}

/** Sets under the keys of each namespace, as a Keyv 6 does, and tells what each one has then. */
async function played(store: KeyvStore, keys: readonly (readonly [namespace: string, key: string])[]) {
  for (const [namespace, key] of keys) {
    store.namespace = namespace;
    await store.set(key, `${namespace} ${key}`);
  }
  const found: unknown[] = [];
  for (const [namespace, key] of keys) {
    store.namespace = namespace;
    found.push(await store.get(key));
  }
  return found;
}

const SOURCES = [
  ["a backend", tier],
  ["a cache", () => createCache({ backend: tier(), ttl: "1h" })],
] as const;

test.each(SOURCES)("keys that begin with a namespace are keys of their own over %s", async (_, source) => {
  const keys = [
    ["a", "k"],
    ["a", "a:k"],
    ["a", ":k"],
    ["a:", "k"],
    ["a%3A", "k"],
    ["", "a:k"],
    ["", "k"],
  ] as const;
  const found = await played(toKeyv(source(), { version: 6 }), keys);
  expect(found).toEqual(keys.map((each) => each.join(" ")));
});

test.each(SOURCES)("a clear of a namespace leaves the others over %s", async (_, source) => {
  const store = toKeyv(source(), { version: 6 });
  await played(store, [
    ["a", "k"],
    ["a:b", "k"],
    ["ab", "k"],
  ]);
  store.namespace = "a";
  await store.clear();
  expect(await listed(store)).toEqual([]);
  for (const namespace of ["a:b", "ab"]) {
    store.namespace = namespace;
    expect(await listed(store)).toEqual([["k", `${namespace} k`]]);
  }
});

test("an end in epoch milliseconds is the end of the entry", async () => {
  const now = 1_000_000;
  const backend = cacheBackend(memory({ maxEntries: 100, now: () => now }), { now: () => now });
  const store = toKeyv(backend, { version: 6, now: () => now });
  await store.set("a", 1, now + 500);
  await store.setMany([
    { key: "b", value: 2, expires: now + 700 },
    { key: "c", value: 3, expires: now },
    { key: "d", value: 4 },
  ]);
  const ends = (await backend.getMany([":a", ":b", ":c", ":d"])).map((entry) => entry?.expiresAt);
  expect(ends).toEqual([now + 500, now + 700, undefined, undefined]);
  expect(await store.hasMany(["c", "d"])).toEqual([false, true]);
  expect(await store.deleteMany?.(["a", "c"])).toEqual([true, false]);
});

test("an end that is no number is refused", async () => {
  const store = toKeyv(tier(), { version: 6 });
  await expect(store.set("a", 1, Number.NaN)).rejects.toThrow(
    "expires must be a number of epoch milliseconds",
  );
  const entries = [{ key: "a", value: 1, expires: Number.NaN }];
  await expect(store.setMany(entries)).rejects.toThrow(TypeError);
  expect(await store.has("a")).toBe(false);
});

test("a version that there is not is refused", () => {
  expect(() => toKeyv(tier(), { version: 4 as never })).toThrow("version must be 5 or 6");
});

if (keyv6) {
  const { Keyv } = keyv6;

  test("Keyv 6 uses the store itself, and gives it the end that it has computed", async () => {
    const backend = cacheBackend(tier());
    const keyv = new Keyv({ store: toKeyv(backend, { version: 6 }), namespace: "n" });
    const before = Date.now();
    await keyv.set("key", "value", 60_000);
    const entry = await backend.get<string>("n:key");
    expect(JSON.parse(entry?.data as string)).toEqual({ value: "value", expires: entry?.expiresAt });
    expect(entry?.expiresAt).toBeGreaterThanOrEqual(before + 60_000);
  });

  test.each([5, 6] as const)("a Keyv 6 lists its namespace over a store for %s", async (version) => {
    const backend = tier();
    const [a, ab] = ["a", "a:b"].map(
      (namespace) => new Keyv({ store: toKeyv(backend, { version }), namespace }),
    );
    await a?.set("key", 1);
    await ab?.set("key", 2);
    expect(await listed(a as never)).toEqual([["key", 1]]);
    await a?.clear();
    expect([await a?.get("key"), await ab?.get("key")]).toEqual([undefined, 2]);
  });
}
