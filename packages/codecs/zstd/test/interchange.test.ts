import { describe, expect, it } from "vitest";
import { hasNodeZstd, implementations } from "./implementations.ts";

const SAMPLE = Buffer.from('{"name":"value","count":1},'.repeat(20));
const hex = (digits: string): Uint8Array => Buffer.from(digits, "hex");

// SAMPLE, at level 3, as written by zstd-napi 0.0.13 and by Node 22.15.0 and 24.21.0 (byte for byte the same), and
// as a writer makes it that does not put the size into the frame.
const WRITTEN = {
  "zstd-napi and node:zlib":
    "28b52ffd601c01150100d87b226e616d65223a2276616c7565222c22636f756e74223a317d2c0100fbbb3ac7",
  "a stream of unknown size":
    "28b52ffd0000150100d87b226e616d65223a2276616c7565222c22636f756e74223a317d2c0100fbbb3ac7",
};

describe.each(Object.entries(implementations))("%s", (_, from) => {
  it.each(Object.entries(WRITTEN))("reads what was written by %s", async (_writer, digits) => {
    const compressor = from();
    const [here, away] = [
      compressor.decompress(hex(digits), 540),
      await compressor.decompressLarge?.(hex(digits), 540),
    ];
    expect(Buffer.from(here)).toStrictEqual(SAMPLE);
    expect(Buffer.from(away as Uint8Array)).toStrictEqual(SAMPLE);
  });

  it("reads what each implementation that is here writes, on and off the thread", async () => {
    const large = Buffer.from(Array.from({ length: 300_000 }, (_item, index) => (index * index) % 251));
    for (const writer of Object.values(implementations)) {
      for (const level of [-7, 3, 19]) {
        const { compress, compressLarge } = writer({ level });
        for (const bytes of [compress(large), (await compressLarge?.(large)) as Uint8Array]) {
          const [here, away] = [
            from().decompress(bytes, 300_000),
            await from().decompressLarge?.(bytes, 300_000),
          ];
          expect(large.equals(here)).toBe(true);
          expect(large.equals(away as Uint8Array)).toBe(true);
        }
      }
    }
  });
});

it("is tried with Node's own Zstandard wherever Node has it", () => {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  expect(hasNodeZstd).toBe(major > 22 || (major === 22 && minor >= 15));
  expect(Object.keys(implementations)).toHaveLength(hasNodeZstd ? 3 : 1);
});
