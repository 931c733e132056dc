import { formatConformance } from "@hitbox/conformance";
import { test } from "vitest";
import { frozen, reference } from "../src/index.ts";

const values = [
  undefined,
  2n ** 70n,
  new Date(5),
  new Map([[{ a: 1 }, new Set([1, [2]])]]),
  Uint8Array.of(0, 255),
  { plain: { list: [1, { a: "b" }] } },
  { mixed: [new Date(5), { a: 1 }] },
];
formatConformance({ test, format: frozen(), values });
formatConformance({ test, format: reference(), values });
