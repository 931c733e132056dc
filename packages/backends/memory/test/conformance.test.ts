import { backendConformance } from "@hitbox/conformance";
import { gzip, hashed, json } from "@hitbox/core";
import { quickly } from "@hitbox/test-support";
import { test } from "vitest";
import { memory, reference } from "../src/index.ts";

const MIB = 1024 * 1024;

const KINDS = [
  { name: "frozen values", open: () => memory({ maxEntries: 20_000 }) },
  { name: "bytes", open: () => memory({ maxBytes: 32 * MIB, format: json(), label: "bytes" }) },
  { name: "references", open: () => memory({ maxEntries: 20_000, format: reference() }) },
  {
    name: "small, compressed, hashed",
    open: () =>
      memory({ maxBytes: 6 * MIB, format: json(), compressor: gzip({ minBytes: 64 }), keyFormat: hashed() }),
  },
];

for (const kind of quickly(KINDS, 2)) backendConformance({ test, ...kind });
