import { cacheBackend, cacheValue, gzip } from "@hitbox/core";
import { describe, expect, test } from "vitest";
import { mapBackend } from "./support/map-backend.ts";

describe("a key over the store's limit", () => {
  const store = mapBackend({ supports: { maxKeyBytes: 8 } });
  const backend = cacheBackend(store);

  test.each(["123456789", "ééééé"])("%s is too large, before the store is asked", (key) => {
    for (const run of [
      () => backend.get(key),
      () => backend.set(key, cacheValue(1)),
      () => backend.delete(key),
    ]) {
      expect(run).toThrow(expect.objectContaining({ code: "too-large", retryable: false }));
    }
    expect(store.calls).toEqual([]);
  });

  test.each(["12345678", "éééé"])("%s, at the limit, is fine", (key) => {
    backend.set(key, cacheValue(key));
    expect(backend.get(key)).toMatchObject({ data: key });
  });
});

describe("a value over the store's limit", () => {
  test("is too large, before the store is asked, and the old entry stays", () => {
    const store = mapBackend({ supports: { maxValueBytes: 10 } });
    const backend = cacheBackend(store);
    backend.set("k", cacheValue("12345678"));
    expect(() => backend.set("k", cacheValue("123456789"))).toThrow(
      expect.objectContaining({ code: "too-large" }),
    );
    expect(backend.get("k")).toMatchObject({ data: "12345678" });
    expect(store.calls).toEqual(["write k", "read k"]);
  });

  test("counts as it is stored, compressed", async () => {
    const store = mapBackend({ supports: { maxValueBytes: 100 }, compressor: gzip({ minBytes: 1 }) });
    await cacheBackend(store).set("k", cacheValue("x".repeat(5_000)));
    expect(store.entries.size).toBe(1);
  });
});

describe("a value over the ceiling for decoding", () => {
  test("cannot be written, so that it need not be read", () => {
    const backend = cacheBackend(mapBackend({ compressor: gzip() }), { maxDecodedBytes: 1_000 });
    expect(() => backend.set("k", cacheValue("x".repeat(999)))).toThrow(
      expect.objectContaining({
        code: "too-large",
        message: expect.stringMatching(
          /^map: payload of 1001 bytes is over the limit of 1000, which is `maxDecodedBytes` of cacheBackend/,
        ),
      }),
    );
  });

  test("is not even decompressed when a store holds one", () => {
    const store = mapBackend({ compressor: gzip({ minBytes: 1 }) });
    cacheBackend(store).set("k", cacheValue("x".repeat(5_000)));
    const read = () => cacheBackend(store, { maxDecodedBytes: 1_000 }).get("k");
    expect(read).toThrow(expect.objectContaining({ code: "too-large" }));
  });

  test("is not parsed either where it is not compressed", () => {
    const store = mapBackend();
    cacheBackend(store).set("k", cacheValue("x".repeat(5_000)));
    const read = () => cacheBackend(store, { maxDecodedBytes: 1_000 }).get("k");
    expect(read).toThrow(expect.objectContaining({ code: "too-large" }));
  });
});

describe("a batch of reads over the ceiling for one answer", () => {
  const bomb = {
    payload: gzip().compress(Buffer.from(`"${"x".repeat(998)}"`)),
    compressor: "gzip",
    decodedBytes: 1_000,
  };
  const plain = {
    payload: Buffer.from(`"${"x".repeat(998)}"`),
    compressor: undefined,
    decodedBytes: undefined,
  };
  const times = { createdAt: 1, staleAt: undefined, expiresAt: undefined, tags: undefined };

  function readBatch(entry: object): Promise<PromiseSettledResult<unknown>[]> {
    const store = mapBackend({ supports: { readMany: { max: 100 } }, compressor: gzip() });
    for (const key of "abc") store.entries.set(key, { format: "json", ...times, ...entry } as never);
    const backend = cacheBackend(store, { maxDecodedBytes: 1_500 });
    return Promise.allSettled([..."abc"].map(async (key) => backend.get(key)));
  }

  test("gives the entries that fit, and too-large for those that do not", async () => {
    const [first, second, third] = await readBatch(bomb);
    expect([first?.status, second?.status]).toEqual(["fulfilled", "fulfilled"]);
    expect(third).toMatchObject({ reason: { code: "too-large", backend: "map" } });
  });

  test("counts nothing that is not compressed", async () => {
    expect((await readBatch(plain)).map(({ status }) => status)).toEqual([
      "fulfilled",
      "fulfilled",
      "fulfilled",
    ]);
  });
});
