import { compose } from "@hitbox/composition";
import { BackendError, cacheContext, type DeleteStatus } from "@hitbox/core";
import { describe, expect, test } from "vitest";
import { put, tier } from "./support/tier.ts";

const deletedTimes = (count: number): DeleteStatus => ({ status: "deleted", count });
const MISSING: DeleteStatus = { status: "missing" };

const TABLE = [
  { l1: "held", l2: "held", result: deletedTimes(2) },
  { l1: "held", l2: "missing", result: deletedTimes(1) },
  { l1: "missing", l2: "held", result: deletedTimes(1) },
  { l1: "missing", l2: "missing", result: MISSING },
  { l1: "held", l2: "err", error: "l2", status: deletedTimes(1) },
  { l1: "err", l2: "held", error: "l1", status: deletedTimes(1) },
  { l1: "missing", l2: "err", error: "l2", status: MISSING },
  { l1: "err", l2: "missing", error: "l1", status: MISSING },
  { l1: "err", l2: "err", error: "both" },
];

describe("a delete", () => {
  test.each(TABLE)("strict of $l1, $l2", async ({ l1, l2, result, error, status }) => {
    for (const answers of ["now", "later"] as const) {
      const tiers = [tier("l1", { answers }), tier("l2", { answers })] as const;
      for (const [store, state] of [
        [tiers[0], l1],
        [tiers[1], l2],
      ] as const) {
        // biome-ignore format: one line
        if (state === "held") put(store, "k", 1);
        if (state === "err") store.failing.add("remove");
      }
      const outcome = await (async () => compose(...tiers).delete("k"))().catch((thrown: unknown) => thrown);
      if (result) expect(outcome).toEqual(result);
      else expect(outcome).toSatisfy(BackendError.is);
      if (error === "both")
        expect(outcome).toMatchObject({ message: expect.stringContaining("Both cache layers failed") });
      else if (error) {
        const message = expect.stringContaining(`composition.${error}: `);
        expect(outcome).toMatchObject({ message, deleteStatus: status, code: "connection", retryable: true });
      }
    }
  });

  test("counts every layer of nested compositions", async () => {
    const tiers = [tier("a"), tier("b"), tier("c")] as const;
    for (const store of tiers) put(store, "k", 1);
    const context = cacheContext();
    const status = await compose(tiers[0], compose(tiers[1], tiers[2])).delete("k", context);
    expect(status).toEqual(deletedTimes(3));
    expect(context.tiers.map(({ tier: path }) => path)).toEqual([
      "composition.a",
      "composition.composition.b",
      "composition.composition.c",
    ]);
  });
});
