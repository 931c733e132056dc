import {
  BackendError,
  cacheBackend,
  cacheContext,
  cacheKey,
  cacheValue,
  deleted,
  hashed,
  missing,
} from "@hitbox/core";
import { asTier } from "@hitbox/core/tier";
import { describe, expect, test } from "vitest";
import { mapBackend } from "./support/map-backend.ts";

const clock = (start = 1_000) => {
  const time = { at: start, now: () => time.at };
  return time;
};

describe("get, set and delete", () => {
  test("answer now over a store that answers now", () => {
    const backend = cacheBackend(mapBackend());
    expect(backend.set("k", cacheValue("data", { createdAt: 5 }))).toBeUndefined();
    expect(backend.get("k")).toMatchObject({ data: "data", createdAt: 5 });
    expect(backend.delete("k")).toEqual(deleted(1));
    expect(backend.delete("k")).toEqual(missing());
    expect(backend.get("k")).toBeUndefined();
  });

  test("answer with promises over a store that answers later", async () => {
    const backend = cacheBackend(mapBackend({ answers: "later" }));
    const written = backend.set("k", cacheValue("data"));
    expect(written).toBeInstanceOf(Promise);
    await written;
    expect((await backend.get("k"))?.data).toBe("data");
  });

  test("keep every field of the value", async () => {
    const backend = cacheBackend(mapBackend());
    const value = cacheValue({ n: 1 }, { createdAt: 1, staleAt: 2, expiresAt: 9e12, tags: ["a", "b"] });
    await backend.set("k", value);
    expect({ ...(await backend.get("k")) }).toEqual(value);
  });

  test("take a key and its text for the same key", async () => {
    const backend = cacheBackend(mapBackend());
    await backend.set(cacheKey("user", { id: 42 }, { version: 3 }), cacheValue("Ada"));
    expect((await backend.get("user:v3:id=42"))?.data).toBe("Ada");
  });

  test("give the store keys in its own format", async () => {
    const store = mapBackend({ keyFormat: hashed() });
    await cacheBackend(store).set("user:id=42", cacheValue(1));
    expect([...store.entries.keys()]).toEqual([hashed().encode("user:id=42")]);
  });

  test("refuse a lone surrogate where the key leaves the process, as UTF-8", () => {
    const shared = cacheBackend(mapBackend({ supports: { shared: true } }));
    expect(() => shared.get("\ud800")).toThrow(
      /^key must be a cacheKey or a string, not empty and well-formed/,
    );
    const local = cacheBackend(mapBackend());
    local.set("\ud800", cacheValue(1));
    expect(local.get("\ud801")).toBeUndefined();
  });

  test.each(["", undefined, null, 7, {}])("refuse the key %o with a TypeError", (key) => {
    const store = mapBackend();
    const backend = cacheBackend(store);
    expect(() => backend.get(key as never)).toThrow(/^key must be a cacheKey or a string/);
    expect(() => backend.set(key as never, cacheValue(1))).toThrow(TypeError);
    expect(() => backend.delete(key as never)).toThrow(TypeError);
    expect(store.calls).toEqual([]);
  });

  test.each([
    [undefined, /^value must be a cacheValue/],
    [{ createdAt: 1 }, /^value must be a cacheValue/],
    [{ data: 1, createdAt: 0.5 }, /^createdAt/],
    [{ data: 1, createdAt: 1, expiresAt: Number.NaN }, /^expiresAt/],
    [{ data: 1, createdAt: 1, tags: [1] }, /^tags/],
  ])("refuse the value %o with a TypeError", (value, message) => {
    const backend = cacheBackend(mapBackend());
    expect(() => backend.set("k", value as never)).toThrow(message);
  });
});

describe("expiry", () => {
  test("is a miss from its very millisecond on, whatever the store does", async () => {
    const time = clock();
    const store = mapBackend();
    const backend = cacheBackend(store, { now: time.now });
    await backend.set("k", cacheValue(1, { ttl: 10, now: time.now }));
    time.at = 1_009;
    expect(await backend.get("k")).toBeDefined();
    time.at = 1_010;
    expect(await backend.get("k")).toBeUndefined();
    expect(store.entries.size).toBe(1);
  });

  test("removes the older entry and writes nothing if it was before the write", async () => {
    const time = clock();
    const store = mapBackend();
    const backend = cacheBackend(store, { now: time.now });
    await backend.set("k", cacheValue("old", { now: time.now }));
    await backend.set("k", cacheValue("new", { ttl: 0, now: time.now }));
    expect(store.calls).toEqual(["write k", "remove k"]);
    expect(store.entries.size).toBe(0);
  });

  test("leaves a stale value to be had", async () => {
    const time = clock();
    const backend = cacheBackend(mapBackend(), { now: time.now });
    await backend.set("k", cacheValue("v", { stale: 5, ttl: 50, now: time.now }));
    time.at = 1_020;
    expect(await backend.get("k")).toMatchObject({ data: "v", staleAt: 1_005 });
  });
});

describe("the context", () => {
  test("tells of a hit who answered and how long it took", async () => {
    const backend = cacheBackend(mapBackend({ label: "store" }));
    await backend.set("k", cacheValue(1));
    const context = cacheContext();
    await backend.get("k", context);
    expect(context).toMatchObject({ status: "hit", source: "store" });
    expect(context.tiers).toEqual([
      { tier: "store", operation: "read", purpose: "value", status: "hit", durationMs: expect.any(Number) },
    ]);
  });

  test("is left alone by a miss, but for the outcome", async () => {
    const context = cacheContext();
    await cacheBackend(mapBackend()).get("k", context);
    expect(context).toMatchObject({ status: "miss", source: "upstream", tiers: [{ status: "miss" }] });
  });

  test("holds the error of a failure", async () => {
    const store = mapBackend();
    store.before = () => {
      throw new Error("no disk");
    };
    const context = cacheContext();
    expect(() => cacheBackend(store).get("k", context)).toThrow(BackendError);
    expect(context.tiers).toMatchObject([{ status: "error", error: { message: "map: read: no disk" } }]);
  });

  test("makes a set do nothing in refill mode", async () => {
    const store = mapBackend();
    const context = cacheContext("refill");
    await cacheBackend(store).set("k", cacheValue(1), context);
    expect(store.calls).toEqual([]);
    expect(context.tiers).toMatchObject([{ operation: "write", status: "skipped" }]);
  });

  test("names the backend by its path within a parent", async () => {
    const backend = asTier(mapBackend()).asTierOf("outer").asTierOf("world");
    expect(backend.label).toBe("world.outer.map");
  });
});
