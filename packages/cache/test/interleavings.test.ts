import { assertProperty, Witnesses } from "@hitbox/test-support";
import fc from "fast-check";
import { afterAll, beforeAll, describe, test, vi } from "vitest";
import { check, holdsValues } from "./support/model-laws.ts";
import { plans, play } from "./support/model-run.ts";
import { ONE_PROCESS, TWO_PROCESSES } from "./support/model-settings.ts";
import type { Fate } from "./support/model-store.ts";

// Random interleavings of loads, reads, sets, deletes, invalidations and aborts, over a store that takes its
// time and fails, against the laws of support/model-laws.ts.
const RUNS = 16;
/** The share of runs that must end with values in the store. */
const HELD = 0.15;

beforeAll(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
afterAll(() => void vi.useRealTimers());

test.each([...ONE_PROCESS, TWO_PROCESSES])(
  "nothing older is seen after a change in %s over a slow store",
  async (_, setting) => {
    const held = new Witnesses();
    const property = fc.asyncProperty(
      fc.scheduler(),
      plans(setting.caches, ["load", "set", "clear", "hold", "expire", "touch"]),
      async (scheduler, plan) => {
        const world = await play(scheduler, plan, setting, () => "ok");
        check(world, setting, "well");
        held.note(holdsValues(world));
      },
    );
    await assertProperty(property, { runs: RUNS });
    held.expectShare(HELD, "ended with values in the store");
  },
);

describe.each(ONE_PROCESS)("in %s over a store that is slow and fails", (_, setting) => {
  test("nothing older is seen after a change", async () => {
    const held = new Witnesses();
    const fates = fc.infiniteStream(fc.constantFrom<Fate>("ok", "ok", "ok", "fail", "lost"));
    const property = fc.asyncProperty(
      fc.scheduler(),
      plans(1, ["load", "set", "hold", "expire", "touch"]),
      fates,
      async (scheduler, plan, stream) => {
        const world = await play(scheduler, plan, setting, () => stream.next().value as Fate);
        check(world, setting, "failing");
        held.note(holdsValues(world));
      },
    );
    await assertProperty(property, { runs: RUNS });
    held.expectShare(HELD, "ended with values in the store");
  });
});
