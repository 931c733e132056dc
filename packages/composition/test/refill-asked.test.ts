import { cacheContext, cacheValue } from "@hitbox/core";
import { expect, test } from "vitest";
import { compose, type RefillPolicy } from "../src/index.ts";
import { tier } from "./support/tier.ts";

const kept: RefillPolicy = { name: "kept", refill: ({ data }) => data === "kept" };

test.each([
  ["never", "kept", false],
  ["always", "other", true],
  [kept, "kept", true],
  [kept, "other", false],
] as const)("a set in read mode refill asks the policy %o of %s: %s", async (refill, data, isFilled) => {
  const [l1, l2] = [tier("l1"), tier("l2")];
  await compose(l1, l2, { refill }).set("k", cacheValue(data), cacheContext("refill"));
  expect(l1.entries.has("k")).toBe(isFilled);
});
