import { backendConformance } from "@hitbox/conformance";
import { gzip, hashed, json } from "@hitbox/core";
import { test } from "vitest";
import { memory, reference } from "../src/index.ts";

const MIB = 1024 * 1024;

backendConformance({ test, name: "frozen values", open: () => memory({ maxEntries: 20_000 }) });

backendConformance({
  test,
  name: "references",
  open: () => memory({ maxEntries: 20_000, format: reference() }),
});

backendConformance({
  test,
  name: "bytes",
  open: () => memory({ maxBytes: 32 * MIB, format: json(), label: "bytes" }),
});

backendConformance({
  test,
  name: "small, compressed, hashed",
  open: () =>
    memory({ maxBytes: 6 * MIB, format: json(), compressor: gzip({ minBytes: 64 }), keyFormat: hashed() }),
});
