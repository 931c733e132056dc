import { cacheBackend, cacheValue } from "@hitbox/core";
import { failureOf } from "@hitbox/test-support";
import { createStorage } from "unstorage";
import fs from "unstorage/drivers/fs";
import memoryDriver from "unstorage/drivers/memory";
import nullDriver from "unstorage/drivers/null";
import overlay from "unstorage/drivers/overlay";
import fs2 from "unstorage-2/drivers/fs";
import fsLite2 from "unstorage-2/drivers/fs-lite";
import { expect, test } from "vitest";
import { type DriverLike, fromUnstorage } from "../src/index.ts";

const own = { shared: false, persistent: false };

/** A driver that remembers the calls that it gets. */
function listening(answers: Partial<DriverLike> = {}) {
  const lives: unknown[] = [];
  const keys: string[] = [];
  const driver = {
    hasItem: () => false,
    getItem: (key: string) => {
      keys.push(key);
      return null;
    },
    setItem: (_key: string, _value: string, { ttl }: { readonly ttl: number }) => void lives.push(ttl),
    removeItem: () => undefined,
    ...answers,
  };
  return { lives, keys, driver };
}

test("a driver that writes files in place is refused, and one that replaces them is not", () => {
  const base = "/nowhere";
  expect(() => fromUnstorage(fs({ base }), own)).toThrow("`atomic: true` of unstorage 2");
  expect(() => fromUnstorage(fsLite2({ base }), own)).toThrow("`atomic: true` of unstorage 2");
  fromUnstorage(fs2({ base, atomic: true }), own);
  fromUnstorage(fsLite2({ base, atomic: true }), own);
});

test("an overlay is refused for a layer that writes in place, or a first one that keeps nothing", () => {
  const [inPlace, atomic] = [fs({ base: "/nowhere" }), fs2({ base: "/nowhere", atomic: true }) as never];
  const refusal = (layers: ReturnType<typeof fs>[]) => () => fromUnstorage(overlay({ layers }), own);
  for (const layers of [
    [inPlace],
    [memoryDriver(), inPlace],
    [memoryDriver(), overlay({ layers: [inPlace] })],
  ])
    expect(refusal(layers)).toThrow("`atomic: true` of unstorage 2");
  const readOnly = { ...memoryDriver(), options: { readOnly: true } };
  for (const layers of [[], [nullDriver()], [readOnly, memoryDriver()]])
    expect(refusal(layers)).toThrow("must be a driver that can set and remove items");
  expect(refusal([atomic, memoryDriver(), readOnly, nullDriver()])).not.toThrow();
});

test("a driver that keeps nothing is refused", () => {
  const mustSet = "must be a driver that can set and remove items";
  expect(() => fromUnstorage(fs2({ base: "/nowhere", atomic: true, readOnly: true }), own)).toThrow(mustSet);
  expect(() => fromUnstorage(nullDriver(), own)).toThrow(mustSet);
  expect(() => fromUnstorage({ ...listening().driver, setItem: undefined }, own)).toThrow(mustSet);
});

test("a storage is refused, with the way to its driver", () => {
  expect(() => fromUnstorage(createStorage() as never, own)).toThrow("storage.getMount().driver");
  expect(() => fromUnstorage(new Map() as never, own)).toThrow("must be a driver of unstorage");
});

test("wrong options are refused", () => {
  const driver = memoryDriver();
  expect(() => fromUnstorage(driver, { shared: true } as never)).toThrow("persistent must be true or false");
  expect(() => fromUnstorage(driver, { ...own, maxTtl: 5 })).toThrow("maxTtl");
  expect(() => fromUnstorage(driver, { ...own, maxValueBytes: 5 })).toThrow("maxValueBytes");
  expect(() => fromUnstorage(driver, { ...own, prefix: 1 as never })).toThrow("prefix must be a string");
  const illFormed = { ...own, prefix: "t\ud800" };
  expect(() => fromUnstorage(driver, illFormed)).toThrow("prefix must be a string, and well-formed");
  expect(() => fromUnstorage(driver, { ...own, maxTll: 5 } as never)).toThrow("did you mean `maxTtl`");
});

test("a driver gets whole seconds and one more, and 0 for no end and over `maxTtl`", async () => {
  const { lives, driver } = listening();
  const now = (): number => 5_000;
  const backend = cacheBackend(fromUnstorage(driver, { ...own, maxTtl: 60_000, now }), { now });
  for (const expiresAt of [5_001, 6_500, 64_000, 64_001, 65_000, 65_001, undefined])
    await backend.set("key", cacheValue(1, { createdAt: 5_000, expiresAt }));
  expect(lives).toEqual([2, 3, 60, 0, 0, 0, 0]);
});

test("a key is a hash, and so is its prefix", async () => {
  const { keys, driver } = listening();
  for (const [prefix, key] of [
    ["a", "../b:c"],
    ["a:", "b"],
    ["a", ":b"],
  ] as const)
    await cacheBackend(fromUnstorage(driver, { ...own, prefix })).get(key);
  expect(new Set(keys).size).toBe(3);
  for (const key of keys) expect(key).toMatch(/^[0-9a-f]{64}$/);
});

test("an error that a driver answers with is a failure", async () => {
  const refused = Object.assign(new Error("no"), { code: "EACCES" });
  const { driver } = listening({ getItem: () => refused, removeItem: async () => refused });
  const backend = cacheBackend(fromUnstorage(driver, own));
  expect(await failureOf(async () => backend.get("key"))).toMatchObject({ code: "internal" });
  expect(await failureOf(async () => backend.delete("key"))).toMatchObject({ code: "internal" });
});

test("a value that is no text of an entry fails as `corrupt`, in a batch its key alone", async () => {
  const { driver } = listening({ getItem: () => ({ foreign: true }) });
  const backend = cacheBackend(fromUnstorage(driver, own));
  expect(await failureOf(async () => backend.get("key"))).toMatchObject({ code: "corrupt" });
  const text = cacheBackend(fromUnstorage(listening({ getItem: () => "foreign" }).driver, own));
  expect(await failureOf(async () => text.get("key"))).toMatchObject({ code: "corrupt" });
});

test("a foreign value fails its own key of a batch alone, and can be removed", async () => {
  const inner = memoryDriver();
  const removed: string[] = [];
  const getItems = async (items: { key: string }[]) =>
    items.map(({ key }, at) => ({ key, value: at === 1 ? { foreign: true } : inner.getItem(key) }));
  const removeItem = (key: string) => void removed.push(key);
  const raw = fromUnstorage({ ...inner, getItems, removeItem } as DriverLike, own);
  await cacheBackend(raw).set("key", cacheValue(1));
  const answers = await raw.readMany?.(["key", "foreign"]);
  expect(answers).toMatchObject([{ format: "typed-json" }, { code: "corrupt" }]);
  expect(await raw.removeMany?.(["key", "foreign"])).toHaveLength(2);
  expect(removed).toHaveLength(2);
});

test("a batch is one call of a driver that gets many items, in whatever order it answers", async () => {
  const inner = memoryDriver();
  let calls = 0;
  const getItems = async (items: { key: string }[]) => {
    calls += 1;
    const found = items.map(({ key }) => ({ key, value: inner.getItem(key) }));
    return found.filter(({ value }) => value !== null).reverse();
  };
  const backend = cacheBackend(fromUnstorage({ ...inner, getItems } as DriverLike, own));
  await backend.setMany([1, 2, 3].map((at) => [`key${at}`, cacheValue(at)] as const));
  const found = await backend.getMany(["key1", "none", "key3", "key2"]);
  expect(found.map((entry) => entry?.data)).toEqual([1, undefined, 3, 2]);
  expect(calls).toBe(1);
});

test("a value over `maxValueBytes` is refused, and the driver does not get it", async () => {
  const { lives, driver } = listening();
  const backend = cacheBackend(fromUnstorage(driver, { ...own, maxValueBytes: 2_048 }));
  const set = async () => backend.set("key", cacheValue("x".repeat(2_000)));
  expect(await failureOf(set)).toMatchObject({ code: "too-large" });
  expect(lives).toEqual([]);
});

test("a close leaves the driver, and waits for a call that is under way past its deadline", async () => {
  let answer = (): void => {};
  const getItem = () => new Promise<null>((resolve) => (answer = () => resolve(null)));
  const dispose = (): never => {
    throw new Error("the driver is the user's");
  };
  const driver = { ...listening().driver, getItem, dispose };
  const backend = cacheBackend(fromUnstorage(driver, { ...own, timeout: 1 }));
  expect(await failureOf(async () => backend.get("key"))).toMatchObject({ code: "timeout" });
  let isClosed = false;
  const closing = backend.close().then(() => {
    isClosed = true;
  });
  await new Promise(setImmediate);
  expect(isClosed).toBe(false);
  answer();
  await closing;
});
