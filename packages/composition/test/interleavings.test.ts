import { type ComposeOptions, hedged, race, raceWrite } from "@hitbox/composition";
import { cacheBackend } from "@hitbox/core";
import { assertProperty, Witnesses } from "@hitbox/test-support";
import fc from "fast-check";
import { afterAll, beforeAll, describe, test } from "vitest";
import { check, holdsValues } from "./support/model-checks.ts";
import { type Call, inMaps, play, type Setting, type Stores } from "./support/model-run.ts";
import type { Fate } from "./support/model-tier.ts";
import { PAIRS, RealStores } from "./support/real-stores.ts";

// Random interleavings of all operations over tiers that take their time and fail, against the laws of
// support/model-checks.ts. A run that fails prints its shrunk schedule; such a schedule becomes a test of its
// own, in order.test.ts or refill.test.ts.
const RUNS = 50;
/** Runs over real stores, for each pair. */
const REAL_RUNS = 20;
/** The share of runs that must end with a value in a tier. */
const HELD = 0.3;

const calls = fc.array(
  fc.record<Call>({
    kind: fc.constantFrom(
      ...([
        "get",
        "get",
        "get",
        "set",
        "set",
        "set",
        "delete",
        "getMany",
        "setMany",
        "deleteMany",
        "clear",
      ] as const),
    ),
    key: fc.constantFrom("a", "a", "a", "b"),
  }),
  { minLength: 2, maxLength: 9 },
);

const options = fc.record<ComposeOptions>({
  read: fc.constantFrom<ComposeOptions["read"]>(
    "sequential",
    "race",
    race({ loser: "drop" }),
    "parallel",
    hedged({ after: 0 }),
  ),
  write: fc.constantFrom<ComposeOptions["write"]>(
    "sequential",
    "optimistic",
    "race",
    "l2-first",
    "write-behind",
    raceWrite({ loser: "drop" }),
  ),
  delete: fc.constantFrom<ComposeOptions["delete"]>("strict", "optimistic"),
  refill: fc.constantFrom("always", "always", "never"),
});

const settings = (form: fc.Arbitrary<Setting["form"]>): fc.Arbitrary<Setting> =>
  fc.record<Setting>({
    options,
    form,
    offload: fc.constantFrom("own", "own", "full", "cancelling"),
    takesBatches: fc.boolean(),
    wrapped: fc.boolean(),
  });

const anyForm = fc.constantFrom<Setting["form"]>("a,b", "a,b", "a,b,c", "(a,b),c");
const fates = fc.infiniteStream(fc.constantFrom<Fate>("ok", "ok", "ok", "ok", "fail", "lost", "refuse"));

/** Tiers that take their time, and do not fail. */
async function slow(stores: () => Stores, form: fc.Arbitrary<Setting["form"]>, runs: number): Promise<void> {
  const held = new Witnesses();
  const property = fc.asyncProperty(
    fc.scheduler(),
    calls,
    settings(form),
    async (scheduler, list, setting) => {
      const world = await play(scheduler, list, setting, stores(), () => "ok");
      await check(world);
      held.note(await holdsValues(world));
    },
  );
  await assertProperty(property, { runs });
  held.expectShare(HELD, "ended with a value in a tier");
}

/** Tiers that fail as well, before an operation takes effect or after. */
async function failing(
  stores: () => Stores,
  form: fc.Arbitrary<Setting["form"]>,
  runs: number,
): Promise<void> {
  const held = new Witnesses();
  const property = fc.asyncProperty(
    fc.scheduler(),
    calls,
    settings(form),
    fates,
    async (scheduler, list, setting, stream) => {
      const world = await play(scheduler, list, setting, stores(), () => stream.next().value as Fate);
      await check(world);
      held.note(await holdsValues(world));
    },
  );
  await assertProperty(property, { runs });
  held.expectShare(HELD, "ended with a value in a tier");
}

describe("no older value is put over a newer one", () => {
  test("in tiers that take their time", () => slow(() => inMaps, anyForm, RUNS));

  test("in tiers that fail as well, before an operation takes effect or after", () =>
    failing(() => inMaps, anyForm, RUNS));
});

describe.each(PAIRS)("no older value is put over a newer one over %s and %s", (first, second) => {
  const real = new RealStores();
  beforeAll(() => real.start());
  afterAll(() => real.close());
  const pair = (): Stores => [cacheBackend(real.open(first, "l1")), cacheBackend(real.open(second, "l2"))];
  const two = fc.constant<Setting["form"]>("a,b");

  test("in tiers that take their time", () => slow(pair, two, REAL_RUNS));

  test("in tiers that fail as well", () => failing(pair, two, REAL_RUNS));
});
