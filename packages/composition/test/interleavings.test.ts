import { type ComposeOptions, hedged, race, raceWrite } from "@hitbox/composition";
import { cacheBackend } from "@hitbox/core";
import fc from "fast-check";
import { afterAll, beforeAll, describe, test } from "vitest";
import { check } from "./support/model-checks.ts";
import { type Call, inMaps, play, type Setting, type Stores } from "./support/model-run.ts";
import type { Fate } from "./support/model-tier.ts";
import { PAIRS, RealStores } from "./support/real-stores.ts";

// Random interleavings of all operations over tiers that take their time and fail, against what may be observed.
// A run that fails prints its shrunk schedule; such a schedule becomes a test of its own, in order.test.ts or refill.test.ts.
const INTERLEAVINGS = Number(process.env.INTERLEAVINGS ?? 5_200);
/** The same over real stores, each. */
const REAL = 150;
const PATIENCE = 60_000 + 20 * INTERLEAVINGS;
const SEED = Number(process.env.INTERLEAVINGS_SEED ?? Math.floor(Math.random() * 2 ** 31));

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
const fates = fc.infiniteStream(fc.constantFrom<Fate>("ok", "ok", "ok", "ok", "fail", "lost"));

/** Tiers that take their time, and do not fail. */
function slow(stores: () => Stores, form: fc.Arbitrary<Setting["form"]>, numRuns: number): Promise<void> {
  const property = fc.asyncProperty(fc.scheduler(), calls, settings(form), async (scheduler, list, setting) =>
    check(await play(scheduler, list, setting, stores(), () => "ok")),
  );
  return fc.assert(property, { numRuns, seed: SEED });
}

/** Tiers that fail as well, before they have done their part or after. */
function failing(stores: () => Stores, form: fc.Arbitrary<Setting["form"]>, numRuns: number): Promise<void> {
  const property = fc.asyncProperty(
    fc.scheduler(),
    calls,
    settings(form),
    fates,
    async (scheduler, list, setting, stream) =>
      check(await play(scheduler, list, setting, stores(), () => stream.next().value as Fate)),
  );
  return fc.assert(property, { numRuns, seed: SEED });
}

beforeAll(() => void process.stdout.write(`interleavings: INTERLEAVINGS_SEED=${SEED}\n`));

describe(`over ${2 * INTERLEAVINGS} interleavings no older value is put over a newer one`, () => {
  test("in tiers that take their time", () => slow(() => inMaps, anyForm, INTERLEAVINGS), PATIENCE);

  test(
    "in tiers that fail as well, before they have done their part or after",
    () => failing(() => inMaps, anyForm, INTERLEAVINGS),
    PATIENCE,
  );
});

describe.each(PAIRS)("nor over %s and %s", (first, second) => {
  const real = new RealStores();
  beforeAll(() => real.start());
  afterAll(() => real.close());
  const pair = (): Stores => [cacheBackend(real.open(first, "l1")), cacheBackend(real.open(second, "l2"))];
  const two = fc.constant<Setting["form"]>("a,b");

  test("in tiers that take their time", () => slow(pair, two, REAL), PATIENCE);

  test("in tiers that fail as well", () => failing(pair, two, REAL), PATIENCE);
});
