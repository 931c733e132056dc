import assert from "node:assert/strict";
import type { Compressor } from "@hitbox/core";

type Compress = (bytes: Uint8Array) => Promise<Uint8Array>;
type Decompress = (bytes: Uint8Array, decodedBytes: number) => Promise<Uint8Array>;

/** The ways to compress: on the calling thread, and off it where the compressor has that. */
export function waysToCompress(compressor: Compressor): Record<string, Compress> {
  return {
    compress: async (bytes) => compressor.compress(bytes),
    ...(compressor.compressLarge && { compressLarge: async (bytes) => large(compressor, bytes) }),
  };
}

export function waysToDecompress(compressor: Compressor): Record<string, Decompress> {
  return {
    decompress: async (bytes, size) => compressor.decompress(bytes, size),
    ...(compressor.decompressLarge && {
      decompressLarge: async (bytes, size) => (await compressor.decompressLarge?.(bytes, size)) as Uint8Array,
    }),
  };
}

async function large(compressor: Compressor, bytes: Uint8Array): Promise<Uint8Array> {
  return (await compressor.compressLarge?.(bytes)) as Uint8Array;
}

/** It throws, or else what it gives has exactly the size that was announced. */
export async function expectRefusalOrSize(
  decompress: Decompress,
  bytes: Uint8Array,
  decodedBytes: number,
): Promise<void> {
  let back: Uint8Array;
  try {
    back = await decompress(bytes, decodedBytes);
  } catch (error) {
    return assert.ok(error instanceof Error, `what is thrown should be an Error, not ${String(error)}`);
  }
  assert.equal(
    back?.byteLength,
    decodedBytes,
    "what survives damage should have the size that was announced",
  );
}

export function expectSameBytes(actual: Uint8Array, expected: Uint8Array, what: string): void {
  assert.ok(actual instanceof Uint8Array, `${what} should be a Uint8Array`);
  assert.ok(Buffer.compare(actual, expected) === 0, `${what} should be the bytes that were compressed`);
}
