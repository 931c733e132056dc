import {
  compose,
  l2First,
  optimistic,
  raceWrite,
  sequentialWrite,
  type WritePolicy,
  writeBehind,
} from "@hitbox/composition";
import { BackendError, type CacheContext, cacheContext, cacheValue } from "@hitbox/core";
import { describe, expect, test } from "vitest";
import { SHAPES, shape } from "./support/shapes.ts";

// One table: what the caller is told, and what each tier holds when the background is done; "old" was there before.
type End = "ok" | "err";
type Row = readonly [l1: End, l2: End, result: string, holds: readonly [unknown, unknown]];
const AT_ONCE: readonly Row[] = [
  ["ok", "ok", "ok", ["new", "new"]],
  ["ok", "err", "ok", ["new", "old"]],
  ["err", "ok", "ok", [undefined, "new"]],
  ["err", "err", "error of both", ["old", "old"]],
];
const TABLE: readonly (readonly [WritePolicy, readonly Row[]])[] = [
  [
    sequentialWrite(),
    [
      ["ok", "ok", "ok", ["new", "new"]],
      ["ok", "err", "error of l2", ["new", "old"]],
      ["err", "ok", "error of l1", ["old", "old"]],
      ["err", "err", "error of l1", ["old", "old"]],
    ],
  ],
  [optimistic(), AT_ONCE],
  [raceWrite(), AT_ONCE],
  [raceWrite({ loser: "drop" }), AT_ONCE],
  [writeBehind(), AT_ONCE],
  [
    l2First(),
    [
      ["ok", "ok", "ok", ["new", "new"]],
      ["ok", "err", "error of l2", [undefined, "old"]],
      ["err", "ok", "ok", [undefined, "new"]],
      ["err", "err", "error of l2", [undefined, "old"]],
    ],
  ],
];

async function result(write: () => unknown): Promise<string> {
  try {
    await write();
    return "ok";
  } catch (error) {
    if (!BackendError.is(error)) throw error;
    if (error.backend === "composition") return "error of both";
    return `error of ${error.backend.slice("composition.".length, "composition.l1".length)}`;
  }
}

const ANSWERS = ["now", "later"] as const;
const cells = TABLE.flatMap(([policy, rows]) =>
  SHAPES.flatMap((form) => ANSWERS.map((answers) => ({ policy, name: policy.name, rows, form, answers }))),
);

describe.each(cells)("$name over $form tiers that answer $answers", ({ policy, rows, form, answers }) => {
  test.each(rows)("%s, %s", async (l1, l2, expected, holds) => {
    const tiers = [shape(form, "l1", { answers }), shape(form, "l2", { answers })] as const;
    for (const tier of tiers) tier.put("k", "old");
    if (l1 === "err") tiers[0].fail("write");
    if (l2 === "err") tiers[1].fail("write");
    const backend = compose(tiers[0].backend, tiers[1].backend, { write: policy });
    const context: CacheContext = cacheContext();
    expect(await result(() => backend.set("k", cacheValue("new"), context))).toBe(expected);
    // A loser that is dropped is nobody's business any more, the closing composition's included.
    await new Promise((resolve) => setImmediate(resolve));
    await backend.close();
    expect(tiers.map((tier) => tier.held("k"))).toEqual(holds);
    const failed = new Set(
      context.tiers.filter(({ status }) => status === "error").map(({ tier }) => tier.slice(0, 14)),
    );
    const tried = (end: End, other: End, first: string): boolean =>
      end === "err" && !(policy.name === first && other === "err");
    expect(failed.has("composition.l1")).toBe(tried(l1, l2, "l2-first"));
    expect(failed.has("composition.l2")).toBe(tried(l2, l1, "sequential"));
  });
});
