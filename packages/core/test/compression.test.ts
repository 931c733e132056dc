import { randomBytes } from "node:crypto";
import {
  brotli,
  type Compressor,
  cacheBackend,
  cacheValue,
  exactSize,
  gzip,
  json,
  passthrough,
  typedJson,
} from "@hitbox/core";
import { describe, expect, test } from "vitest";
import { mapBackend } from "./support/map-backend.ts";

const text = (length: number): string => "lorem ipsum ".repeat(Math.ceil(length / 12)).slice(0, length);

/** Doubles nothing and notes where it ran. */
function noting(ran: string[]): Compressor {
  const half = gzip({ minBytes: 1 });
  return {
    id: "gzip",
    minBytes: 100,
    compress: (bytes) => {
      ran.push("compress");
      return half.compress(bytes);
    },
    decompress: (bytes, size) => {
      ran.push("decompress");
      return half.decompress(bytes, size);
    },
    compressLarge: async (bytes) => {
      ran.push("compressLarge");
      return half.compress(bytes);
    },
    decompressLarge: async (bytes, size) => {
      ran.push("decompressLarge");
      return half.decompress(bytes, size);
    },
  };
}

describe.each([gzip({ minBytes: 64 }), brotli({ minBytes: 64 })])("over $id", (compressor) => {
  test.each([10, 100, 10_000, 1_000_000])("%i characters come back", async (length) => {
    const backend = cacheBackend(mapBackend({ compressor }));
    await backend.set("k", cacheValue(text(length)));
    expect((await backend.get("k"))?.data).toBe(text(length));
  });
});

describe("a payload", () => {
  test("below the threshold, or that does not shrink, is stored as it is and says so", async () => {
    const store = mapBackend({ compressor: gzip({ minBytes: 200 }) });
    const backend = cacheBackend(store);
    const noise = { ...json(), serialize: () => randomBytes(300) };
    const noisy = mapBackend({ format: noise, compressor: gzip({ minBytes: 200 }) });
    await cacheBackend(noisy).set("noise", cacheValue("any"));
    await backend.set("small", cacheValue(text(150)));
    await backend.set("large", cacheValue(text(500)));
    expect(store.entries.get("small")).toMatchObject({ compressor: undefined, decodedBytes: undefined });
    expect(noisy.entries.get("noise")).toMatchObject({ compressor: undefined, decodedBytes: undefined });
    expect(store.entries.get("large")).toMatchObject({ compressor: "gzip", decodedBytes: 502 });
  });

  test("is compressed inline where it is small and off the thread where it is large", async () => {
    const ran: string[] = [];
    const backend = cacheBackend(mapBackend({ compressor: noting(ran) }), { offThreadBytes: 1_000 });
    expect(backend.set("small", cacheValue(text(500)))).toBeUndefined();
    await backend.set("large", cacheValue(text(1_000)));
    await backend.get("small");
    await backend.get("large");
    expect(ran).toEqual(["compress", "compressLarge", "decompress", "decompressLarge"]);
  });

  test("written with another codec is read where that is accepted", async () => {
    const store = mapBackend({ compressor: gzip({ minBytes: 1 }) });
    await cacheBackend(store).set("k", cacheValue(text(500)));
    const next = { ...store, valueFormat: { ...json(), id: "next" }, compressor: passthrough() };
    expect(() => cacheBackend(next).get("k")).toThrow(expect.objectContaining({ code: "decompression" }));
    expect((await cacheBackend(next, { accepts: [json(), gzip()] }).get("k"))?.data).toBe(text(500));
  });

  test("is read by a backend of typed JSON if it is of json(), and the other way round if accepted", () => {
    const store = mapBackend({ format: json() });
    cacheBackend(store).set("k", cacheValue({ text: "$Date:1" }));
    expect(cacheBackend({ ...store, valueFormat: typedJson() }).get("k")).toMatchObject({
      data: { text: "$Date:1" },
    });
    const typed = mapBackend({ format: typedJson() });
    cacheBackend(typed).set("k", cacheValue(new Date(1)));
    const older = { ...typed, valueFormat: json() };
    expect(() => cacheBackend(older).get("k")).toThrow(expect.objectContaining({ code: "deserialization" }));
    expect(cacheBackend(older, { accepts: [typedJson()] }).get("k")).toMatchObject({ data: new Date(1) });
  });

  test("is a decompression error if it was damaged", async () => {
    const store = mapBackend({ compressor: gzip({ minBytes: 1 }) });
    const backend = cacheBackend(store, { offThreadBytes: 400 });
    for (const length of [300, 600]) {
      await backend.set("k", cacheValue(text(length)));
      const entry = store.entries.get("k");
      store.entries.set("k", { ...entry, payload: Buffer.from("no gzip") } as never);
      const failing = (async () => backend.get("k"))();
      await expect(failing).rejects.toMatchObject({ code: "decompression", backend: "map" });
    }
  });

  test("must be as large as it says", () => {
    const packed = gzip({ minBytes: 1 }).compress(Buffer.from(text(100)));
    for (const wrong of [99, 101, 0]) expect(() => gzip().decompress(packed, wrong)).toThrow();
    expect(() => exactSize(new Uint8Array(2), 3)).toThrow(RangeError);
  });
});

describe("wrong options", () => {
  test.each([
    [() => gzip({ level: 10 }), /^level must be a whole number from 0 to 9; got 10/],
    [() => gzip({ minBytes: 0 }), /^minBytes must be/],
    [() => gzip({ levels: 3 } as never), /^gzip: `levels` is not an option; did you mean `level`\?/],
    [() => brotli({ quality: -1 }), /^quality/],
    [() => json({ lossy: "yes" as never }), /^lossy must be "refuse" or "allow"; got a string/],
    [
      () => cacheBackend(mapBackend(), { accepts: [{} as never] }),
      /^accepts must be formats and compressors/,
    ],
    [() => cacheBackend(mapBackend(), { maxDecodedBytes: 0 }), /^maxDecodedBytes/],
    [
      () => cacheBackend(mapBackend(), { ttl: 5 } as never),
      /^cacheBackend: `ttl` is not an option\. Options: accepts, /,
    ],
    [() => cacheBackend(mapBackend(), { now: 1 as never }), /^now must be a function; got 1/],
    [() => cacheBackend(null as never), /^backend must be a backend; got null/],
    [() => cacheBackend(mapBackend()).get("k", {} as never), /^context must be a cacheContext/],
    [() => mapBackend({ label: "a.b" }), /^label must be/],
    [() => mapBackend({ format: {} as never }), /^format must be a value format/],
    [() => mapBackend({ compressor: {} as never }), /^compressor must be a compressor/],
    [() => mapBackend({ keyFormat: {} as never }), /^keyFormat must be a key format/],
  ])("%s is a TypeError that names the option", (make, message) => {
    expect(make).toThrow(TypeError);
    expect(make).toThrow(message);
  });
});
