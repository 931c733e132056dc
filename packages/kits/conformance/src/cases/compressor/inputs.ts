import type { Compressor } from "@hitbox/core";
import { noise } from "../../sample.ts";

const KIB = 1_024;

/** Bytes that shrink and bytes that do not, of sizes around the compressor's own threshold, up to 1 MiB. */
export function inputsFor({ minBytes }: Compressor): Uint8Array[] {
  const around = minBytes <= KIB * KIB ? [minBytes - 1, minBytes, minBytes + 1] : [];
  const sizes = [...new Set([0, 1, 2, 100, ...around, 64 * KIB, KIB * KIB])];
  return sizes.flatMap((size) => [noise(size), repetitive(size)]);
}

/** Much the same over and over. */
export function repetitive(size: number): Uint8Array {
  return new Uint8Array(Buffer.alloc(size, '{"name":"value","count":1},'));
}

/** Of a size that decompressors are tried with once it is damaged. */
export function smallInputs(): Uint8Array[] {
  return [noise(3_000, 11), repetitive(5_000)];
}
