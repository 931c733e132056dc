import { compose, hedged, parallel, type ReadPolicy, race, sequential } from "@hitbox/composition";
import { BackendError, type CacheContext, cacheContext } from "@hitbox/core";
import { describe, expect, test } from "vitest";
import { SHAPES, type Shape, shape } from "./support/shapes.ts";

// One table for every policy. H = live value, M = miss, expired = a value that has ended, E = error, damaged = an entry
// that cannot be read; H+ lives longer than H.
type State = "H" | "H+" | "M" | "expired" | "E" | "damaged";
type Row = readonly [l1: State, l2: State, answer: string, parallel: string];
const TABLE: readonly Row[] = [
  ["H", "H", "L1", "L1"],
  ["H+", "H", "L1", "L1"],
  ["H", "H+", "L1", "L2"],
  ["H", "M", "L1", "L1"],
  ["H", "expired", "L1", "L1"],
  ["H", "E", "L1", "L1"],
  ["H", "damaged", "L1", "L1"],
  ["M", "H", "L2", "L2"],
  ["expired", "H", "L2", "L2"],
  ["E", "H", "L2", "L2"],
  ["damaged", "H", "L2", "L2"],
  ["M", "M", "miss", "miss"],
  ["expired", "expired", "miss", "miss"],
  ["E", "M", "miss", "miss"],
  ["E", "expired", "miss", "miss"],
  ["M", "E", "error of L2", "error of L2"],
  ["expired", "E", "error of L2", "error of L2"],
  ["M", "damaged", "error of L2", "error of L2"],
  ["E", "E", "error of both", "error of both"],
  ["damaged", "E", "error of both", "error of both"],
];

const POLICIES: readonly ReadPolicy[] = [
  sequential(),
  race(),
  race({ loser: "drop" }),
  hedged({ after: 50 }),
  parallel(),
];
const ANSWERS = ["now", "later"] as const;

function prepare(tier: Shape, state: State, data: string): void {
  if (state === "H" || state === "damaged") tier.put("k", data, { expiresAt: END });
  if (state === "H+") tier.put("k", data);
  if (state === "E") tier.fail("read");
  for (const store of tier.stores) {
    const entry = store.entries.get("k");
    if (entry && state === "damaged") store.entries.set("k", { ...entry, payload: Buffer.from("{") });
    if (state === "expired") store.entries.set("k", EXPIRED);
  }
}

// The same for every tier: lives of equal length must not differ by the millisecond in which they were written.
const END = Date.now() + 3_600_000;

const EXPIRED = {
  payload: Buffer.from('"old"'),
  format: "json",
  compressor: undefined,
  decodedBytes: undefined,
  createdAt: 1,
  staleAt: undefined,
  expiresAt: 2,
  tags: undefined,
};

async function answer(read: () => unknown): Promise<string> {
  try {
    return ((await read()) as { readonly data: string } | undefined)?.data ?? "miss";
  } catch (error) {
    if (!BackendError.is(error)) throw error;
    const both = error.backend === "composition" && error.message.includes("Both cache layers failed");
    if (!both)
      return `error of ${error.backend.slice("composition.".length, "composition.l1".length).toUpperCase()}`;
    for (const path of ["composition.l1", "composition.l2"]) expect(error.message).toContain(path);
    return "error of both";
  }
}

const cells = POLICIES.flatMap((policy) =>
  SHAPES.flatMap((form) =>
    ANSWERS.flatMap((first) => ANSWERS.map((second) => ({ policy, form, first, second, name: policy.name }))),
  ),
);

describe.each(cells)(
  "$name over $form tiers that answer $first and $second",
  ({ policy, form, first, second }) => {
    test.each(TABLE)("%s, %s", async (l1, l2, expected, expectedInParallel) => {
      const one = shape(form, "l1", { answers: first });
      const two = shape(form, "l2", { answers: second });
      prepare(one, l1, "L1");
      prepare(two, l2, "L2");
      const context: CacheContext = cacheContext();
      const backend = compose(one.backend, two.backend, { read: policy });
      const wanted = policy.name === "parallel" ? expectedInParallel : expected;
      const got = await answer(() => backend.get("k", context));
      // Where both are asked at once and both hit, the first to finish is right, whichever it is.
      const atOnce = policy.name === "race" && l2.startsWith("H") && l1.startsWith("H");
      if (atOnce) expect(["L1", "L2"]).toContain(got);
      else expect(got).toBe(wanted);
      expect(context.status).toBe(got.startsWith("L") ? "hit" : "miss");
      expect(context.source).toMatch(got.startsWith("L") ? `composition.${got.toLowerCase()}` : /^upstream$/);
      await backend.close();
    });
  },
);
