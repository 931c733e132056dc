import { compose } from "@hitbox/composition";
import { BackendError, cacheContext, type DeleteStatus } from "@hitbox/core";
import { describe, expect, test } from "vitest";
import { SHAPES, shape } from "./support/shapes.ts";
import { put, tier } from "./support/tier.ts";

type State = "held" | "missing" | "err";
const count = (number: number): DeleteStatus => ({ status: "deleted", count: number });
const MISSING: DeleteStatus = { status: "missing" };

// What the healthy tier reports is the answer of an optimistic delete, and the error's deleteStatus of a strict one.
const TABLE: readonly (readonly [
  l1: State,
  l2: State,
  status: DeleteStatus | undefined,
  failed: string | undefined,
])[] = [
  ["held", "held", count(2), undefined],
  ["held", "missing", count(1), undefined],
  ["missing", "held", count(1), undefined],
  ["missing", "missing", MISSING, undefined],
  ["held", "err", count(1), "l2"],
  ["err", "held", count(1), "l1"],
  ["missing", "err", MISSING, "l2"],
  ["err", "missing", MISSING, "l1"],
  ["err", "err", undefined, "both"],
];

const cells = (["strict", "optimistic"] as const).flatMap((policy) =>
  SHAPES.flatMap((form) => (["now", "later"] as const).map((answers) => ({ policy, form, answers }))),
);

describe.each(cells)(
  "a delete, $policy, over $form tiers that answer $answers",
  ({ policy, form, answers }) => {
    test.each(TABLE)("%s, %s", async (l1, l2, status, failed) => {
      const tiers = [shape(form, "l1", { answers }), shape(form, "l2", { answers })] as const;
      for (const [at, state] of [l1, l2].entries()) {
        if (state === "held") tiers[at]?.put("k", 1);
        if (state === "err") tiers[at]?.fail("remove");
      }
      const backend = compose(tiers[0].backend, tiers[1].backend, { delete: policy });
      const outcome = await (async () => backend.delete("k"))().catch((thrown: unknown) => thrown);
      if (!failed || (policy === "optimistic" && status)) return expect(outcome).toEqual(status);
      expect(outcome).toSatisfy(BackendError.is);
      const message = failed === "both" ? "Both cache layers failed" : `composition.${failed}`;
      expect(outcome).toMatchObject({
        message: expect.stringContaining(message),
        code: "connection",
        retryable: true,
      });
      if (failed !== "both") expect(outcome).toMatchObject({ deleteStatus: status });
    });
  },
);

describe("a delete", () => {
  test("counts every layer of nested compositions", async () => {
    const tiers = [tier("a"), tier("b"), tier("c")] as const;
    for (const store of tiers) put(store, "k", 1);
    const context = cacheContext();
    expect(await compose(tiers).delete("k", context)).toEqual(count(3));
    expect(context.tiers.map(({ tier: path }) => path)).toEqual([
      "composition.a",
      "composition.composition.b",
      "composition.composition.c",
    ]);
  });
});
