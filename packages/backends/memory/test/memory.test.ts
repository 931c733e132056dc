import { cacheBackend, cacheValue, gzip, json, type StoredValue } from "@hitbox/core";
import { frozen, memory, reference } from "@hitbox/memory";
import { describe, expect, test } from "vitest";

describe("the bounds", () => {
  test("drop the least recently used entry", async () => {
    const backend = cacheBackend(memory({ maxEntries: 2 }));
    backend.set("a", cacheValue(1));
    backend.set("b", cacheValue(2));
    backend.get("a");
    backend.set("c", cacheValue(3));
    expect(await backend.getMany([..."abc"])).toMatchObject([{ data: 1 }, undefined, { data: 3 }]);
  });

  test("on bytes refuse an entry that can never fit, and keep the old one", async () => {
    for (const format of [frozen(), json()]) {
      const backend = cacheBackend(memory({ maxBytes: 2_000, format }));
      backend.set("key", cacheValue("old"));
      const tooLarge = expect.objectContaining({ code: "too-large", backend: "memory" });
      expect(() => backend.set("key", cacheValue("x".repeat(1_900)))).toThrow(tooLarge);
      expect(() => backend.set("key", cacheValue("x".repeat(10_000)))).toThrow(tooLarge);
      expect(() => backend.set("k".repeat(2_000), cacheValue(1))).toThrow(tooLarge);
      expect(() => backend.set("key", cacheValue(1, { tags: ["t".repeat(2_000)] }))).toThrow(tooLarge);
      expect(backend.get("key")).toMatchObject({ data: "old" });
    }
  });

  test("hold together, on entries and on bytes", () => {
    const store = memory({ maxBytes: 4_000, maxEntries: 3 });
    const backend = cacheBackend(store);
    for (const key of "abcd") backend.set(key, cacheValue("x"));
    expect(store.stats().entries).toBe(3);
    for (const key of "abcd") backend.set(key, cacheValue("x".repeat(1_500)));
    expect(store.stats().entries).toBe(2);
  });

  test("are not exceeded by a buffer that a small payload would keep alive", async () => {
    const store = memory({ maxBytes: 1_000_000, format: json() });
    await cacheBackend(store).set("k", cacheValue("small"));
    // JSON text comes as a slice of a pooled buffer of 8 KiB.
    const payload = (store.read("k") as StoredValue | undefined)?.payload;
    expect(payload?.buffer.byteLength).toBe(payload?.byteLength);
  });
});

describe("a bytes format", () => {
  test("works with a compressor as in any other store", async () => {
    const store = memory({ maxEntries: 10, format: json(), compressor: gzip({ minBytes: 100 }) });
    const backend = cacheBackend(store);
    await backend.set("k", cacheValue("x".repeat(1_000)));
    expect((await backend.get("k"))?.data).toBe("x".repeat(1_000));
    expect(store.read("k")).toMatchObject({ compressor: "gzip", decodedBytes: 1_002 });
  });
});

describe("wrong options", () => {
  test.each([
    [{}, /^maxEntries or maxBytes must be given/],
    [undefined, /^memory: options must be an object/],
    [{ maxEntries: 0 }, /^maxEntries must be a whole number from 1 to 16,777,216; got 0/],
    [{ maxEntries: 1e12 }, /^maxEntries must be a whole number/],
    [{ maxEntries: 1, now: 5 }, /^now must be a function; got 5/],
    [{ maxEntries: 1, compressor: gzip() }, /^compressor needs a format that makes bytes/],
    [{ maxEntries: Number.POSITIVE_INFINITY }, /^maxEntries must be a whole number/],
    [{ maxBytes: -5, format: json() }, /^maxBytes/],
    [{ maxBytes: 100, format: reference() }, /^maxBytes needs a format whose values can be measured/],
    [{ maxEntries: 1, onEvict: true }, /^onEvict must be a function/],
    [{ maxEntries: 1, ttl: 5 }, /^memory: `ttl` is not an option/],
  ])("%o is a TypeError that names the option", (options, message) => {
    expect(() => memory(options as never)).toThrow(TypeError);
    expect(() => memory(options as never)).toThrow(message);
  });
});
