import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";
import type { NativeBinding } from "../src/native-binding.ts";
import { implementations } from "./implementations.ts";

const MIB = 1024 * 1024;
const binding = createRequire(import.meta.url)("zstd-napi/binding") as NativeBinding & {
  readonly CParameter: { readonly contentSizeFlag: number; readonly windowLog: number };
};

/** Frames that other writers can make, and this package does not. */
function frame(
  bytes: Uint8Array,
  parameters: readonly (readonly [parameter: number, value: number])[],
): Buffer {
  const context = new binding.CCtx();
  for (const [parameter, value] of parameters) context.setParameter(parameter, value);
  const target = Buffer.alloc(binding.compressBound(bytes.byteLength));
  return target.subarray(0, context.compress2(target, bytes));
}

const { contentSizeFlag, windowLog } = binding.CParameter;
const HOSTILE: Readonly<Record<string, Uint8Array>> = {
  "a frame that claims 2^60 bytes": Buffer.from("28b52ffde00000000000000010010000", "hex"),
  "a frame that asks for a window of 128 MiB": Buffer.from("28b52ffd0088010000", "hex"),
  "a bomb that tells its size": frame(new Uint8Array(64 * MIB), []),
  "a bomb that does not tell its size": frame(new Uint8Array(64 * MIB), [[contentSizeFlag, 0]]),
  "a bomb with a large window": frame(new Uint8Array(64 * MIB), [
    [contentSizeFlag, 0],
    [windowLog, 27],
  ]),
  "many frames in a row": Buffer.concat(Array.from({ length: 99 }, () => frame(new Uint8Array(1_000), []))),
  "bytes after the frame": Buffer.concat([frame(new Uint8Array(1_001), []), Buffer.from("more")]),
  nothing: new Uint8Array(),
  "something else": Buffer.from("something else"),
};

describe.each(Object.entries(implementations))("%s", (_, from) => {
  it.each(Object.entries(HOSTILE))("refuses %s, and takes no memory for it", async (_name, bytes) => {
    const compressor = from();
    const before = process.memoryUsage().rss;
    for (let round = 0; round < 50; round++) {
      expect(() => compressor.decompress(bytes, 1_000)).toThrow();
      await expect(compressor.decompressLarge?.(bytes, 1_000)).rejects.toThrow();
    }
    expect(process.memoryUsage().rss - before).toBeLessThan(48 * MIB);
  });

  it("refuses each truncation of a frame", async () => {
    const compressor = from();
    const bytes = compressor.compress(Buffer.from("0123456789".repeat(100)));
    for (let length = 0; length < bytes.byteLength; length++) {
      expect(() => compressor.decompress(bytes.subarray(0, length), 1_000)).toThrow();
      await expect(compressor.decompressLarge?.(bytes.subarray(0, length), 1_000)).rejects.toThrow();
    }
  });
});
