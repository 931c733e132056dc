import { BackendError } from "@hitbox/core";
import { describe, expect, it } from "vitest";
import { zstd } from "../src/index.ts";
import { zstdFrom } from "../src/zstd.ts";
import { implementations } from "./implementations.ts";

const TEXT = Buffer.from(
  Array.from({ length: 2_000 }, (_, i) => `line ${i}, ${(i * 7919) % 1013}\n`).join(""),
);

describe("zstd", () => {
  it("is named zstd and leaves payloads under 256 bytes alone", () => {
    expect(zstd()).toMatchObject({ id: "zstd", minBytes: 256 });
    expect(zstd({ minBytes: 1_000 }).minBytes).toBe(1_000);
  });

  it.each([-8, 23, 1.5, Number.NaN, Number.POSITIVE_INFINITY, "3" as never])(
    "refuses the level %s",
    (level) => {
      expect(() => zstd({ level })).toThrow(TypeError);
      expect(() => zstd({ level })).toThrow(/^level must be a whole number from -7 to 22; got /);
    },
  );

  it("refuses a wrong minBytes and an option that it does not know", () => {
    expect(() => zstd({ minBytes: 0 })).toThrow("minBytes");
    expect(() => zstd({ quality: 3 } as never)).toThrow("zstd: `quality` is not an option");
  });

  it("says what to do where there is no Zstandard", () => {
    const attempt = (): unknown => zstdFrom({ native: undefined, node: undefined }, {});
    expect(attempt).toThrow(BackendError);
    expect(attempt).toThrow(expect.objectContaining({ code: "unsupported", retryable: false }));
    expect(attempt).toThrow(
      "run Node 22.15 or later, which has it built in, or install zstd-napi: npm install zstd-napi",
    );
  });

  describe.each(Object.entries(implementations))("from %s", (_, from) => {
    it("compresses more at each higher level", () => {
      const sizes = [-7, 1, 9, 22].map((level) => from({ level }).compress(TEXT).byteLength);
      expect(sizes).toStrictEqual(sizes.toSorted((a, b) => b - a));
      expect(new Set(sizes).size).toBe(sizes.length);
    });

    it.each([-7, 0, 3, 22])("gives back what level %i compressed", async (level) => {
      const compressor = from({ level });
      expect(compressor.decompress(compressor.compress(TEXT), TEXT.byteLength)).toStrictEqual(TEXT);
      const large = await compressor.compressLarge?.(TEXT);
      expect(Buffer.from(compressor.decompress(large as Uint8Array, TEXT.byteLength))).toStrictEqual(TEXT);
    });
  });
});
