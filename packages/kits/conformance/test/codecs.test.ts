import { brotli, type Format, gzip, json, passthrough, typedJson } from "@hitbox/core";
import { quickly } from "@hitbox/test-support";
import { test } from "vitest";
import { compressorConformance, formatConformance } from "../src/index.ts";

formatConformance({ test, format: json() });

const cycle: Record<string, unknown> = {};
cycle.self = cycle;
const clones: Format<unknown> = {
  id: "clones",
  kind: "live",
  serialize: structuredClone,
  deserialize: structuredClone,
};
const values = [
  undefined,
  Number.NaN,
  -0,
  2n ** 70n,
  new Date(5),
  new Map([[{ a: 1 }, new Set([1, [2]])]]),
  Uint8Array.of(0, 255),
  Object.assign(new Array(3), { 1: "between holes" }),
  cycle,
];
formatConformance({ test, format: clones, values });
formatConformance({
  test,
  format: typedJson(),
  values: [
    ...values.slice(0, -1),
    /a/g,
    new URL("http://localhost"),
    new TypeError("x"),
    Buffer.from("b"),
    [undefined],
  ],
});

const COMPRESSORS = [
  { compressor: gzip() },
  { compressor: passthrough() },
  { compressor: gzip({ level: 0, minBytes: 1 }), name: "gzip, stored" },
  { compressor: brotli() },
];
for (const row of quickly(COMPRESSORS, 2)) compressorConformance({ test, ...row });
