import type { Compressor } from "@hitbox/core";
import { availableSources, type ZstdOptions, zstdFrom } from "../src/zstd.ts";

const { native, node } = availableSources();
if (!native)
  throw new Error("these tests need zstd-napi: it is an optional dependency, and its installation failed");

/** `zstd()` as it is where only zstd-napi, only Node's own, or both are there. Node 20 has the first alone. */
export const implementations: Readonly<Record<string, (options?: ZstdOptions) => Compressor>> = {
  "zstd-napi": (options = {}) => zstdFrom({ native, node: undefined }, options),
  ...(node && {
    "node:zlib": (options: ZstdOptions = {}) => zstdFrom({ native: undefined, node }, options),
    both: (options: ZstdOptions = {}) => zstdFrom({ native, node }, options),
  }),
};

export const hasNodeZstd: boolean = node !== undefined;
