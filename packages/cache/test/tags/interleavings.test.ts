import { assertProperty, Witnesses } from "@hitbox/test-support";
import fc from "fast-check";
import { describe, test } from "vitest";
import { check } from "./support/model-laws.ts";
import { Run, type Setting, steps } from "./support/model-run.ts";
import type { Fate } from "./support/model-store.ts";

// Random interleavings of loads, sets, reads, invalidations, retries, evictions and flushes of two or three
// processes, over a store that takes its time, against the laws of support/model-laws.ts.
const RUNS = 16;
/** The share of runs that must have read a valid entry after an invalidation. */
const WITNESSED = 0.1;

const SETTINGS: readonly (readonly [string, Setting])[] = [
  ["two processes over a store with leases", { leases: "leases", tiers: "one", processes: 2 }],
  ["two processes over a store without leases", { leases: "no leases", tiers: "one", processes: 2 }],
  ["three processes over a store that refuses leases", { leases: "refused", tiers: "one", processes: 3 }],
  ["two processes with first tiers of their own", { leases: "leases", tiers: "incoherent", processes: 2 }],
  ["two processes with coherent first tiers", { leases: "leases", tiers: "coherent", processes: 2 }],
  ["two coherent processes without leases", { leases: "no leases", tiers: "coherent", processes: 2 }],
];

const FATES: Readonly<Record<string, readonly Fate[]>> = {
  "is slow": ["ok"],
  "is slow and fails": ["ok", "ok", "ok", "ok", "fail", "lost", "late"],
};
/** A clock that goes, stands still, jumps back, and jumps by a year. */
const jumpingClock = fc.infiniteStream(fc.constantFrom(1_000, 1_000, 1_001, 900, 40_000_000_000));
/**
 * A clock that jumps by a year within one write has the first tier keep a record that the second takes as
 * expired. Without leases nothing tells the two apart: the entries of that process are misses for others.
 */
const steadyClock = fc.infiniteStream(fc.constantFrom(1_000, 1_000, 1_001, 900));

function clockOf({ leases, tiers }: Setting): fc.Arbitrary<fc.Stream<number>> {
  return leases === "no leases" && tiers === "coherent" ? steadyClock : jumpingClock;
}

describe.each(Object.entries(FATES))("over a store that %s", (_, fates) => {
  test.each(SETTINGS)("no entry is accepted that was invalidated in %s", async (_, setting) => {
    const witnesses = new Witnesses();
    const property = fc.asyncProperty(
      fc.scheduler(),
      steps(setting.processes),
      fc.infiniteStream(fc.constantFrom(...fates)),
      clockOf(setting),
      async (scheduler, plan, fate, now) => {
        const run = new Run(
          scheduler,
          setting,
          () => fate.next().value as Fate,
          () => now.next().value as number,
        );
        const world = await run.world(plan);
        check(world);
        const over = world.invalidations.map(({ ended }) => ended);
        witnesses.note(world.answers.some(({ begun }) => over.some((ended) => ended < begun)));
      },
    );
    await assertProperty(property, { runs: RUNS });
    witnesses.expectShare(WITNESSED, "read a valid entry after an invalidation");
  });
});
