import { cacheBackend, cacheValue, gzip, json, type StoredValue } from "@hitbox/core";
import { memory, reference } from "@hitbox/memory";
import { describe, expect, test } from "vitest";

describe("the bounds", () => {
  test("on entries drop the least recently used", async () => {
    const backend = cacheBackend(memory({ maxEntries: 2 }));
    backend.set("a", cacheValue(1));
    backend.set("b", cacheValue(2));
    backend.get("a");
    backend.set("c", cacheValue(3));
    expect(await backend.getMany([..."abc"])).toMatchObject([{ data: 1 }, undefined, { data: 3 }]);
  });

  test("on bytes count key and payload", async () => {
    // Each entry: a key of 2 bytes and a JSON string of 8.
    const backend = cacheBackend(memory({ maxBytes: 20, format: json() }));
    for (const key of ["k1", "k2", "k3"]) backend.set(key, cacheValue("123456"));
    const held = await backend.getMany(["k1", "k2", "k3"]);
    expect(held.map((value) => value?.data)).toEqual([undefined, "123456", "123456"]);
  });

  test("on bytes refuse an entry that can never fit, and keep the old one", async () => {
    const backend = cacheBackend(memory({ maxBytes: 20, format: json() }));
    backend.set("key", cacheValue("old"));
    const tooLarge = expect.objectContaining({ code: "too-large", backend: "memory" });
    expect(() => backend.set("key", cacheValue("x".repeat(16)))).toThrow(tooLarge);
    expect(() => backend.set("key", cacheValue("x".repeat(100)))).toThrow(tooLarge);
    expect(backend.get("key")).toMatchObject({ data: "old" });
  });

  test("on bytes are not exceeded by what a small payload would keep alive with it", async () => {
    const store = memory({ maxBytes: 1_000_000, format: json() });
    await cacheBackend(store).set("k", cacheValue("small"));
    // JSON text comes as a slice of a pooled buffer of 8 KiB.
    const payload = (store.read("k") as StoredValue | undefined)?.payload;
    expect(payload?.buffer.byteLength).toBe(payload?.byteLength);
  });
});

describe("a bytes format", () => {
  test("with a compressor works as in any other store", async () => {
    const store = memory({ maxEntries: 10, format: json(), compressor: gzip({ minBytes: 100 }) });
    const backend = cacheBackend(store);
    await backend.set("k", cacheValue("x".repeat(1_000)));
    expect((await backend.get("k"))?.data).toBe("x".repeat(1_000));
    expect(store.read("k")).toMatchObject({ compressor: "gzip", decodedBytes: 1_002 });
  });
});

describe("expired entries", () => {
  test("are not counted by a delete", () => {
    let at = 1_000;
    const now = (): number => at;
    const backend = cacheBackend(memory({ maxEntries: 2, now }), { now });
    backend.set("k", cacheValue(1, { ttl: 5, now }));
    at = 1_005;
    expect(backend.delete("k")).toEqual({ status: "missing" });
  });
});

describe("wrong options", () => {
  test.each([
    [{}, /^maxEntries or maxBytes must be given/],
    [undefined, /^options must be an object/],
    [{ maxEntries: 0 }, /^maxEntries must be a whole number from 1 to 16777216; got 0/],
    [{ maxEntries: 1e12 }, /^maxEntries must be a whole number/],
    [{ maxEntries: 1, now: 5 }, /^now must be a function; got 5/],
    [{ maxEntries: 1, compressor: gzip() }, /^compressor needs a format that makes bytes/],
    [{ maxEntries: Number.POSITIVE_INFINITY }, /^maxEntries must be a whole number/],
    [{ maxBytes: -5, format: json() }, /^maxBytes/],
    [{ maxBytes: 100 }, /^maxBytes needs a format that makes bytes/],
    [{ maxBytes: 100, format: reference() }, /^maxBytes needs a format that makes bytes/],
    [{ maxEntries: 1, ttl: 5 }, /^memory: `ttl` is not an option/],
  ])("%o is a TypeError that names the option", (options, message) => {
    expect(() => memory(options as never)).toThrow(TypeError);
    expect(() => memory(options as never)).toThrow(message);
  });
});
