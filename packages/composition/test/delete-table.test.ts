import { compose } from "@hitbox/composition";
import { cacheContext } from "@hitbox/core";
import { describe, expect, test } from "vitest";
import { SHAPES, shape } from "./support/shapes.ts";
import { count, DELETE_TABLE, expectDelete } from "./support/tables.ts";
import { put, tier } from "./support/tier.ts";

const cells = (["strict", "optimistic"] as const).flatMap((policy) =>
  SHAPES.flatMap((form) => (["now", "later"] as const).map((answers) => ({ policy, form, answers }))),
);

describe.each(cells)(
  "a delete, $policy, over $form tiers that answer $answers",
  ({ policy, form, answers }) => {
    test.each(DELETE_TABLE)("%s, %s", async (...row) => {
      const tiers = [shape(form, "l1", { answers }), shape(form, "l2", { answers })] as const;
      for (const at of [0, 1] as const) {
        if (row[at] === "held") tiers[at].put("k", 1);
        if (row[at] === "err") tiers[at].fail("remove");
      }
      const backend = compose(tiers[0].backend, tiers[1].backend, { delete: policy });
      await expectDelete(policy, row, () => backend.delete("k"));
    });
  },
);

describe("a delete", () => {
  test("counts every layer of nested compositions", async () => {
    const tiers = [tier("a"), tier("b"), tier("c")] as const;
    for (const store of tiers) put(store, "k", 1);
    const context = cacheContext();
    expect(await compose(tiers).delete("k", context)).toEqual(count(3));
    expect(context.tiers.map(({ tier: path }) => path)).toEqual(["a>b>c.a", "a>b>c.b", "a>b>c.c"]);
  });
});
