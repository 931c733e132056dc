import { createCache } from "@hitbox/cache";
import { compose } from "@hitbox/composition";
import type { AnyBackend } from "@hitbox/core";
import { memory } from "@hitbox/memory";
import { describe, expect, test } from "vitest";
import { type CacheLike, toUnstorage } from "../src/index.ts";
import { type StorageLike, VERSIONS } from "./support.ts";

const tier = (): AnyBackend => memory({ maxEntries: 1_000 });

const SOURCES: readonly (readonly [name: string, source: () => AnyBackend | CacheLike])[] = [
  ["a backend", tier],
  ["a composition", () => compose(tier(), memory({ maxEntries: 1_000 }))],
  ["a cache", () => createCache({ backend: tier(), ttl: "1h" })],
];

const ROWS = VERSIONS.flatMap(([version, create]) =>
  SOURCES.map(([name, source]) => [`${version} over ${name}`, () => create(toUnstorage(source()))] as const),
);

async function filled(storage: StorageLike, keys: readonly string[]): Promise<void> {
  for (const key of keys) await storage.setItem(key, `value of ${key}` as never);
}

// Each case is a promise of unstorage's pages on storages and on drivers of one's own.
describe.each(ROWS)("%s", (_, open) => {
  test("an item is there after it was set, and not after it was removed", async () => {
    const storage = open();
    expect(await storage.hasItem("a:b")).toBe(false);
    await storage.setItem("a:b", "value" as never);
    expect([await storage.hasItem("a:b"), await storage.getItem("a:b")]).toEqual([true, "value"]);
    await storage.setItem("a:b", "newer" as never);
    expect(await storage.getItem("a/b")).toBe("newer");
    await storage.removeItem("a:b");
    expect([await storage.hasItem("a:b"), await storage.getItem("a:b")]).toEqual([false, null]);
  });

  test("a missing item is null, and its removal does nothing", async () => {
    const storage = open();
    expect([await storage.getItem("none"), await storage.getItemRaw("none")]).toEqual([null, null]);
    await storage.removeItem("none");
    expect(await storage.getItems(["none"])).toEqual([{ key: "none", value: null }]);
  });

  test("values of JSON come back as they were", async () => {
    const storage = open();
    const values = ["text", "", "1", 1, 0, true, false, { a: [1, null, { b: "c" }] }, [1, 2], null];
    for (const [at, value] of values.entries()) await storage.setItem(`key${at}`, value as never);
    const keys = values.map((_, at) => `key${at}`);
    const found = await Promise.all(keys.map((key) => storage.getItem(key)));
    // unstorage reads texts as JSON if it can.
    expect(found).toEqual(values.map((value) => (value === "1" ? 1 : value)));
  });

  test("raw bytes come back as they were", async () => {
    const storage = open();
    const bytes = Uint8Array.from({ length: 256 }, (_, at) => at);
    await storage.setItemRaw("raw.bin", bytes);
    const found = (await storage.getItemRaw("raw.bin")) as Uint8Array;
    expect(Buffer.from(found)).toEqual(Buffer.from(bytes));
  });

  test("many items are set and got together", async () => {
    const storage = open();
    await storage.setItems([
      { key: "a:1", value: 1 as never },
      { key: "a:2", value: { two: 2 } as never },
    ]);
    expect(await storage.getItems(["a:2", "a:3", "a:1"])).toEqual([
      { key: "a:2", value: { two: 2 } },
      { key: "a:3", value: null },
      { key: "a:1", value: 1 },
    ]);
  });

  test("keys are listed by their base and depth", async () => {
    const storage = open();
    await filled(storage, ["a", "a:b", "a:b:c", "ab:c", "x:y:z"]);
    expect((await storage.getKeys()).sort()).toEqual(["a", "a:b", "a:b:c", "ab:c", "x:y:z"]);
    expect((await storage.getKeys("a")).sort()).toEqual(["a:b", "a:b:c"]);
    expect(await storage.getKeys("", { maxDepth: 0 })).toEqual(["a"]);
    expect((await storage.getKeys("", { maxDepth: 1 })).sort()).toEqual(["a", "a:b", "ab:c"]);
    expect(await storage.getKeys("none")).toEqual([]);
  });

  test("a clear takes every item", async () => {
    const storage = open();
    await filled(storage, ["a:1", "a:b:2", "ab:3", "c"]);
    await storage.clear();
    expect(await storage.getKeys()).toEqual([]);
  });

  test("meta of a user's own is beside the item", async () => {
    const storage = open();
    await storage.setItem("page", "text" as never);
    await storage.setMeta("page", { author: "Ada" });
    expect(await storage.getMeta("page")).toMatchObject({ author: "Ada" });
    expect(await storage.getKeys()).toEqual(["page"]);
  });

  test("a storage that is mounted has keys below its base", async () => {
    const [, create] = VERSIONS[0] as (typeof VERSIONS)[0];
    const outer = create();
    outer.mount("tiers", toUnstorage(tier()));
    await filled(outer, ["tiers:a:1", "other"]);
    expect((await outer.getKeys()).sort()).toEqual(["other", "tiers:a:1"]);
    expect(await outer.getKeys("tiers:a")).toEqual(["tiers:a:1"]);
    await outer.clear("tiers");
    expect(await outer.getKeys()).toEqual(["other"]);
  });

  test("others can watch, and hear of each set and removal", async () => {
    const storage = open();
    const heard: string[] = [];
    const unwatch = await storage.watch((event, key) => heard.push(`${event} ${key}`));
    await storage.setItem("a", 1 as never);
    await storage.setItemRaw("b", "2");
    await storage.removeItem("a");
    await unwatch();
    await storage.removeItem("b");
    expect(heard).toEqual(["update a", "update b", "remove a"]);
  });
});
