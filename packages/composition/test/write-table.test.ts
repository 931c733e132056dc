import { compose } from "@hitbox/composition";
import { type CacheContext, cacheContext, cacheValue } from "@hitbox/core";
import { describe, expect, test } from "vitest";
import { SHAPES, shape } from "./support/shapes.ts";
import { expectFailures, resultOf, WRITE_TABLE } from "./support/tables.ts";

const ANSWERS = ["now", "later"] as const;
const cells = WRITE_TABLE.flatMap(([policy, rows]) =>
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
    expect(await resultOf(() => backend.set("k", cacheValue("new"), context))).toBe(expected);
    // A loser that is dropped is nobody's business any more, the closing composition's included.
    await expect.poll(() => tiers.map((tier) => tier.held("k")), { interval: 1 }).toEqual(holds);
    await backend.close();
    expectFailures(context, policy, l1, l2);
  });
});
