import { compressorConformance } from "@hitbox/conformance";
import { test } from "vitest";
import { implementations } from "./implementations.ts";

for (const [name, zstd] of Object.entries(implementations)) {
  compressorConformance({ test, name, compressor: zstd() });
  compressorConformance({
    test,
    name: `${name}, level −7, from 1 byte`,
    compressor: zstd({ level: -7, minBytes: 1 }),
  });
  compressorConformance({ test, name: `${name}, level 19`, compressor: zstd({ level: 19 }) });
}
