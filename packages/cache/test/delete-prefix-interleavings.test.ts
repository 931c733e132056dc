import { assertProperty, Witnesses } from "@hitbox/test-support";
import fc from "fast-check";
import { afterAll, beforeAll, describe, test, vi } from "vitest";
import { check, holdsValues } from "./support/model-laws.ts";
import { plans, play } from "./support/model-run.ts";
import { ONE_PROCESS, TWO_PROCESSES } from "./support/model-settings.ts";
import type { Fate } from "./support/model-store.ts";

// Deletes of a prefix among loads, reads, sets and deletes, over a store that takes its time and fails,
// against the laws of support/model-laws.ts.
const RUNS = 16;
/** The share of runs that must end with values in the store. */
const HELD = 0.1;

const STORES: Readonly<Record<"well" | "failing", readonly Fate[]>> = {
  well: ["ok"],
  failing: ["ok", "ok", "ok", "fail", "lost"],
};

beforeAll(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
afterAll(() => void vi.useRealTimers());

describe.each([...ONE_PROCESS, TWO_PROCESSES])("in %s", (_, setting) => {
  test.each(setting.caches === 1 ? (["well", "failing"] as const) : (["well"] as const))(
    "nothing older is seen over a slow store that is %s",
    async (store) => {
      const held = new Witnesses();
      const fates = fc.infiniteStream(fc.constantFrom(...STORES[store]));
      const property = fc.asyncProperty(
        fc.scheduler(),
        plans(setting.caches, ["deletePrefix", "deletePrefix", "deletePrefix"]),
        fates,
        async (scheduler, plan, stream) => {
          const world = await play(scheduler, plan, setting, () => stream.next().value as Fate);
          check(world, setting, store);
          held.note(holdsValues(world));
        },
      );
      await assertProperty(property, { runs: RUNS });
      held.expectShare(HELD, "ended with values in the store");
    },
  );
});
