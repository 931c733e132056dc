import { createCache } from "@hitbox/cache";
import { faulty } from "@hitbox/conformance";
import { cacheBackend, cacheValue } from "@hitbox/core";
import { memory } from "@hitbox/memory";
import { failureOf, gate, settled } from "@hitbox/test-support";
import { expect, test } from "vitest";
import { toUnstorage } from "../src/index.ts";
import { unlisted } from "./support.ts";

const START = 1_000_000;

/** A memory tier and a driver, of one clock that is moved by hand. */
function timed(open: "backend" | "cache", options: { readonly ttl?: number } = {}) {
  let at = START;
  const now = (): number => at;
  const raw = memory({ maxEntries: 100, now });
  const backend = cacheBackend(raw, { now });
  const stale = { staleWhileRevalidate: "1h", jitter: 0.5 } as const;
  const cache = createCache({ backend: raw, ttl: "1h", now, ...stale });
  const driver = toUnstorage(open === "cache" ? cache : backend, { now, ...options });
  return { driver, backend, pass: (ms: number) => (at += ms) };
}

test.each(["backend", "cache"] as const)("an item in a %s ends after its seconds", async (open) => {
  const { driver, pass } = timed(open);
  await driver.setItem("a", "1", { ttl: 2 });
  await driver.setItemRaw("b", "2", { ttl: 0.5 });
  await driver.setItems(
    [
      { key: "c", value: "3" },
      { key: "d", value: "4", options: { ttl: 3 } },
    ],
    { ttl: 1 },
  );
  pass(999);
  const has = (): Promise<boolean[]> => Promise.all(["a", "b", "c", "d"].map((key) => driver.hasItem(key)));
  expect(await has()).toEqual([true, false, true, true]);
  pass(1);
  expect(await has()).toEqual([true, false, false, true]);
  pass(1_000);
  expect(await has()).toEqual([false, false, false, true]);
});

test.each(["backend", "cache"] as const)(
  "an item in a %s that has ended takes the older away",
  async (open) => {
    const { driver } = timed(open);
    await driver.setItems(["a", "b"].map((key) => ({ key, value: "old" })));
    await driver.setItem("a", "new", { ttl: -1 });
    await driver.setItems([
      { key: "b", value: "new", options: { ttl: -1 } },
      { key: "c", value: "new" },
    ]);
    expect(
      (await driver.getItems([{ key: "a" }, { key: "b" }, { key: "c" }])).map(({ value }) => value),
    ).toEqual([null, null, "new"]);
  },
);

test("a clear of a base keeps out of a cache what a load has begun under it", async () => {
  const cache = createCache({ backend: memory({ maxEntries: 100 }), ttl: "1h" });
  const driver = toUnstorage(cache);
  await driver.setItem("a:1", "1");
  const loaded = gate<string>();
  const load = cache.getOrSet("a:2", () => loaded.opened);
  await settled();
  await driver.clear("a:");
  loaded.open("old");
  expect(await load).toBe("old");
  expect(await cache.getMany(["a:1", "a:2"])).toEqual([undefined, undefined]);
});

test("a clear of a base of a backend voids the fences of loads that have begun under it", async () => {
  const backend = cacheBackend(memory({ maxEntries: 100 }));
  const { fence } = await backend.lease("a:1", 60_000);
  await toUnstorage(backend).clear("a:");
  expect(await backend.setFenced("a:1", cacheValue("old"), fence)).toBe(false);
});

test("an item without seconds has those of the driver, and 0 is no end", async () => {
  const { driver, backend } = timed("backend", { ttl: 60 });
  await driver.setItem("a", "1");
  await driver.setItem("b", "2", { ttl: 0 });
  const ends = (await backend.getMany(["a", "b"])).map((entry) => entry?.expiresAt);
  expect(ends).toEqual([START + 60_000, undefined]);
});

test("seconds that are no number are refused", async () => {
  const { driver } = timed("backend");
  await expect(driver.setItem("a", "1", { ttl: "60" as never })).rejects.toThrow("ttl must be a number");
  expect(() => toUnstorage(memory({ maxEntries: 1 }), { ttl: Number.NaN })).toThrow("ttl must be a number");
});

test.each(["backend", "cache"] as const)(
  "meta of an item in a %s has its time and the seconds left",
  async (open) => {
    const { driver, pass } = timed(open);
    await driver.setItem("a", "1", { ttl: 60 });
    pass(1_500);
    expect(await driver.getMeta("a")).toEqual({ mtime: new Date(START), ttl: 59 });
    expect(await driver.getMeta("none")).toBeNull();
  },
);

test.each(["backend", "cache"] as const)(
  "a clear of a base in a %s takes the items below it",
  async (open) => {
    const { driver } = timed(open);
    await driver.setItems(["a:1", "a:b:2", "ab:3", "c"].map((key) => ({ key, value: key })));
    await driver.clear("a:");
    expect((await driver.getKeys()).sort()).toEqual(["ab:3", "c"]);
    await driver.clear();
    expect(await driver.getKeys()).toEqual([]);
  },
);

test("a backend that lists no keys fails to list and to clear a base", async () => {
  const driver = toUnstorage(unlisted());
  expect(await failureOf(() => driver.getKeys("a:"))).toMatchObject({ code: "unsupported" });
  expect(await failureOf(() => driver.clear("a:"))).toMatchObject({ code: "unsupported" });
});

test("failures of the backend are failures of the driver", async () => {
  const driver = toUnstorage(faulty(memory({ maxEntries: 1 }), { script: [{ fail: "connection" }] }));
  expect(await failureOf(() => driver.getItem("key"))).toMatchObject({ code: "connection" });
});

test("keys of a cache that are data are not listed", async () => {
  const cache = createCache({ backend: memory({ maxEntries: 10 }), ttl: "1h" });
  await cache.set({ id: 1 }, 1);
  await cache.set("text", 2);
  expect(await toUnstorage(cache).getKeys()).toEqual(["text"]);
});

test("the backend stays open when the driver is disposed of", async () => {
  const backend = cacheBackend(memory({ maxEntries: 10 }));
  const driver = toUnstorage(backend);
  await driver.setItem("a", "1");
  driver.dispose();
  expect((await backend.get("a"))?.data).toBe("1");
});

test("a value that is neither a backend nor a cache is refused", () => {
  expect(() => toUnstorage(new Map() as never)).toThrow("must be a backend");
  expect(() => toUnstorage(memory({ maxEntries: 1 }), { tll: 1 } as never)).toThrow("did you mean `ttl`");
});
