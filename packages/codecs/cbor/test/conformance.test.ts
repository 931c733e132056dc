import { formatConformance } from "@hitbox/conformance";
import { test } from "vitest";
import { cbor } from "../src/index.ts";

formatConformance({
  test,
  format: cbor(),
  values: [
    undefined,
    -0,
    Number.NaN,
    Number.NEGATIVE_INFINITY,
    12n,
    -(1n << 100n),
    new Date(1_700_000_000_123),
    new Map<unknown, unknown>([[{ key: [1] }, new Set(["a", undefined])]]),
    new Uint8Array([0, 127, 255]),
    Buffer.from("bytes"),
    new Float64Array([0.1, -0]),
    [undefined, { a: undefined }],
    Object.assign(new Array(5), { 1: "one", 3: undefined }),
    "\ud800 alone",
  ],
});
