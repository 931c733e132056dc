import { compose } from "@hitbox/composition";
import { describe, test } from "vitest";
import { SHAPES, type Shape, shape } from "./support/shapes.ts";
import {
  END,
  EXPIRED,
  expectRead,
  NEWER_STALE,
  READ_POLICIES,
  READ_TABLE,
  type ReadState,
  STALE,
} from "./support/tables.ts";

const ANSWERS = ["now", "later"] as const;

function prepare(tier: Shape, state: ReadState, data: string): void {
  if (state === "H" || state === "damaged") tier.put("k", data, { expiresAt: END });
  if (state === "S") tier.put("k", data, STALE);
  if (state === "S+") tier.put("k", data, NEWER_STALE);
  if (state === "H+") tier.put("k", data);
  if (state === "E") tier.fail("read");
  for (const store of tier.stores) {
    const at = tier.at("k");
    const entry = store.entries.get(at);
    if (entry && state === "damaged") store.entries.set(at, { ...entry, payload: Buffer.from("{") });
    if (state === "expired") store.entries.set(at, EXPIRED);
  }
}

const cells = READ_POLICIES.flatMap((policy) =>
  SHAPES.flatMap((form) =>
    ANSWERS.flatMap((first) => ANSWERS.map((second) => ({ policy, form, first, second, name: policy.name }))),
  ),
);

describe.each(cells)(
  "$name over $form tiers that answer $first and $second",
  ({ policy, form, first, second }) => {
    test.each(READ_TABLE)("%s, %s", async (...row) => {
      const one = shape(form, "l1", { answers: first });
      const two = shape(form, "l2", { answers: second });
      prepare(one, row[0], "L1");
      prepare(two, row[1], "L2");
      const backend = compose(one.backend, two.backend, { read: policy });
      await expectRead(policy, row, (context) => backend.get("k", context));
      await backend.close();
    });
  },
);
