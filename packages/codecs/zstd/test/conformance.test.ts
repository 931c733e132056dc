import { compressorConformance } from "@hitbox/conformance";
import { quickly } from "@hitbox/test-support";
import { test } from "vitest";
import { implementations } from "./implementations.ts";

for (const [name, zstd] of Object.entries(implementations)) {
  const settings = [
    { name, compressor: zstd() },
    { name: `${name}, level −7, from 1 byte`, compressor: zstd({ level: -7, minBytes: 1 }) },
    { name: `${name}, level 19`, compressor: zstd({ level: 19 }) },
  ];
  for (const setting of quickly(settings, 1)) compressorConformance({ test, ...setting });
}
