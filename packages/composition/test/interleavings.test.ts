import { type ComposeOptions, compose, hedged, raceWrite } from "@hitbox/composition";
import { type CacheBackend, cacheBackend, cacheContext, cacheValue } from "@hitbox/core";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Fate, type ModelContext, type ModelTier, modelTier } from "./support/model-tier.ts";
import { PAIRS, RealStores } from "./support/real-stores.ts";
import { tier } from "./support/tier.ts";

// Random interleavings of get, set and delete over tiers that take their time and fail, against what may be observed.
// A run that fails prints its seed and its shrunk schedule; such a schedule becomes a test of its own in refill.test.ts.
const INTERLEAVINGS = 6_000;
/** The same over real stores, each. */
const REAL = 150;
const KEYS = ["a", "b"] as const;

interface Operation {
  readonly kind: "get" | "set" | "delete";
  readonly key: (typeof KEYS)[number];
}

interface Done extends Operation {
  /** Place in the order of calls: a set's value. */
  readonly version: number;
  readonly begun: number;
  ended: number;
  ok: boolean;
  /** Gets: the version read, or undefined for a miss. */
  read?: number | undefined;
}

const operations = fc.array(
  fc.record<Operation>({
    kind: fc.constantFrom("get", "get", "set", "set", "delete"),
    key: fc.constantFrom("a", "a", "a", "b"),
  }),
  { minLength: 2, maxLength: 9 },
);

const policies = fc.record<ComposeOptions>({
  read: fc.constantFrom<ComposeOptions["read"]>("sequential", "race", "parallel", hedged({ after: 0 })),
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

const depth = fc.constantFrom(2, 3);

interface World {
  readonly tiers: readonly ModelTier[];
  readonly done: readonly Done[];
}

/** The stores of one run, the first tier first. */
type Stores = readonly CacheBackend[];

const inMaps = (count: number): Stores =>
  Array.from({ length: count }, (_, index) => cacheBackend(tier(`t${index + 1}`)));

let runs = 0;

/** Runs the operations, begun and continued in an order that the scheduler chooses, until nothing is under way. */
async function play(
  scheduler: fc.Scheduler,
  list: readonly Operation[],
  options: ComposeOptions,
  stores: Stores,
  fate: () => Fate,
): Promise<World> {
  const pause = async (what: string): Promise<void> => {
    await scheduler.schedule(Promise.resolve(), what);
  };
  const run = `run ${++runs} `;
  const tiers = stores.map((store, index) => modelTier(`t${index + 1}`, store, run, pause, fate));
  const cache = compose(
    tiers.map(({ backend }) => backend),
    options,
  );
  let clock = 0;
  const done: Done[] = [];

  async function call({ kind, key }: Operation): Promise<void> {
    const entry: Done = {
      kind,
      key,
      version: done.length + 1,
      begun: ++clock,
      ended: Number.POSITIVE_INFINITY,
      ok: false,
    };
    done.push(entry);
    const context: ModelContext = { ...cacheContext(), caller: { kind, version: entry.version } };
    try {
      if (kind === "get") entry.read = (await cache.get<number>(key, context))?.data;
      if (kind === "set") await cache.set(key, cacheValue(entry.version), context);
      if (kind === "delete") await cache.delete(key, context);
      entry.ok = true;
    } catch {
      // A failure of the tiers, which the fates call for.
    }
    entry.ended = ++clock;
  }

  const calls = list.map(async (operation, index) => {
    await scheduler.schedule(Promise.resolve(), `call ${index}: ${operation.kind} ${operation.key}`);
    await call(operation);
  });
  await scheduler.waitFor(Promise.all(calls));
  // What was left to the background, or dropped, goes on.
  const isActive = (): boolean => scheduler.count() > 0 || tiers.some(({ active }) => active() > 0);
  for (let turns = 0; turns < 2; turns = isActive() ? 0 : turns + 1) {
    while (scheduler.count() > 0) await scheduler.waitOne();
    await new Promise((resolve) => setImmediate(resolve));
  }
  await cache.close();
  return { tiers, done };
}

/** In each tier a key's sets and deletes take effect in the order in which they were asked for. */
function checkOrder({ tiers }: World): void {
  for (const { applied } of tiers) {
    for (const key of KEYS) {
      const direct = applied.filter(
        (change) => change.key === key && (change.kind === "set" || change.kind === "delete"),
      );
      const versions = direct.map(({ version }) => version);
      expect(versions).toEqual([...versions].sort((one, other) => one - other));
    }
  }
}

/** When all is quiet no tier holds a value that is older than a write which that tier has seen, or that all have done. */
async function checkRest({ tiers, done }: World): Promise<void> {
  for (const key of KEYS) {
    const whole = done.filter((entry) => entry.key === key && entry.kind !== "get" && isWhole(entry, tiers));
    const newestWhole = Math.max(0, ...whole.map(({ version }) => version));
    for (const { applied, held: holds } of tiers) {
      const seen = applied.filter(
        (change) => change.key === key && (change.kind === "set" || change.kind === "delete"),
      );
      const held = await holds(key);
      if (held !== undefined)
        expect(held).toBeGreaterThanOrEqual(Math.max(newestWhole, ...seen.map(({ version }) => version)));
    }
  }
}

/** A get sees nothing older than the newest write that had been acknowledged, and was whole, when the get began. */
function checkReads({ tiers, done }: World): void {
  for (const get of done.filter(({ kind, ok }) => kind === "get" && ok)) {
    const writes = done.filter((entry) => entry.key === get.key && entry.kind !== "get");
    const before = writes.filter((write) => write.ended < get.begun && isWhole(write, tiers));
    const newest = before.reduce<Done | undefined>(
      (one, other) => (one && one.version > other.version ? one : other),
      undefined,
    );
    if (get.read !== undefined) expect(get.read).toBeGreaterThanOrEqual(newest?.version ?? 0);
    if (get.read !== undefined && newest?.kind === "delete") expect(get.read).toBeGreaterThan(newest.version);
    const mayMiss =
      !newest ||
      newest.kind === "delete" ||
      writes.some((write) => write.version > newest.version && write.begun < get.ended);
    if (get.read === undefined && !mayMiss)
      expect(tiers.some(({ troubled }) => troubled.size > 0)).toBe(true);
  }
}

/** Acknowledged, and done in every tier without trouble; not where a later write made it pointless and took its place. */
function isWhole({ kind, version, ok }: Done, tiers: readonly ModelTier[]): boolean {
  const isDone = ({ applied }: ModelTier): boolean =>
    applied.some((change) => change.kind === kind && change.version === version);
  return ok && tiers.every((tier) => isDone(tier) && !tier.troubled.has(version));
}

async function check(world: World): Promise<void> {
  checkOrder(world);
  await checkRest(world);
  checkReads(world);
}

const fates = fc.infiniteStream(fc.constantFrom<Fate>("ok", "ok", "ok", "ok", "fail", "lost"));

/** Tiers that take their time, and do not fail. */
function slow(
  stores: (count: number) => Stores,
  depth: fc.Arbitrary<number>,
): fc.IAsyncPropertyWithHooks<unknown[]> {
  return fc.asyncProperty(
    fc.scheduler(),
    operations,
    policies,
    depth,
    async (scheduler, list, options, count) =>
      check(await play(scheduler, list, options, stores(count), () => "ok")),
  ) as never;
}

/** Two tiers that fail as well, before they have done their part or after. */
function failing(stores: (count: number) => Stores): fc.IAsyncPropertyWithHooks<unknown[]> {
  return fc.asyncProperty(
    fc.scheduler(),
    operations,
    policies,
    fates,
    async (scheduler, list, options, stream) =>
      check(await play(scheduler, list, options, stores(2), () => stream.next().value as Fate)),
  ) as never;
}

describe(`over ${2 * INTERLEAVINGS} interleavings no older value is put over a newer one`, () => {
  test(
    "in tiers that take their time",
    () => fc.assert(slow(inMaps, depth), { numRuns: INTERLEAVINGS }),
    120_000,
  );

  test(
    "in tiers that fail as well, before they have done their part or after",
    () => fc.assert(failing(inMaps), { numRuns: INTERLEAVINGS }),
    120_000,
  );
});

describe.each(PAIRS)("nor over %s and %s", (first, second) => {
  const stores = new RealStores();
  beforeAll(() => stores.start());
  afterAll(() => stores.close());
  const pair = (): Stores => [
    cacheBackend(stores.open(first, "l1")),
    cacheBackend(stores.open(second, "l2")),
  ];

  test(
    "in tiers that take their time",
    () => fc.assert(slow(pair, fc.constant(2)), { numRuns: REAL }),
    120_000,
  );

  test("in tiers that fail as well", () => fc.assert(failing(pair), { numRuns: REAL }), 120_000);
});
