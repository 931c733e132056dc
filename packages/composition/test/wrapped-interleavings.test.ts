import { type ComposeOptions, compose, hedged, race, raceWrite } from "@hitbox/composition";
import { type Backend, type CacheBackend, type CacheContext, cacheContext, cacheValue } from "@hitbox/core";
import { assertProperty, Witnesses } from "@hitbox/test-support";
import { circuitBreaker, deadline, retry } from "@hitbox/wrappers";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { Fate } from "./support/model-tier.ts";
import { type RawModelTier, rawModelTier } from "./support/raw-model-tier.ts";

// As in interleavings.test.ts, over tiers with wrappers around them, whose deadlines pass and which make
// retries.
const RUNS = 60;
/** The share of runs that must end with a value in a tier. */
const HELD = 0.3;
const KEYS = ["a", "b"] as const;
/** Milliseconds of a deadline. */
const AFTER = 50;

type Wrap = (backend: Backend<unknown>) => Backend<unknown>;
const WRAPPERS: Readonly<Record<string, Wrap>> = {
  deadline: (backend) => deadline(backend, { after: AFTER }),
  "retry, deadline": (backend) =>
    retry(deadline(backend, { after: AFTER }), { attempts: 2, backoff: { initial: 10, max: 10 } }),
  "breaker, deadline": (backend) =>
    circuitBreaker(deadline(backend, { after: AFTER }), { threshold: 2, halfOpenAfter: 1 }),
};

interface Call {
  readonly kind: "get" | "set" | "delete" | "getMany" | "setMany" | "deleteMany";
  readonly key: (typeof KEYS)[number];
}

interface Done extends Call {
  readonly version: number;
  readonly begun: number;
  readonly context: CacheContext;
  ended: number;
  ok: boolean;
  read?: number | undefined;
}

const calls = fc.array(
  fc.record<Call>({
    kind: fc.constantFrom(
      ...(["get", "get", "get", "set", "set", "set", "delete", "getMany", "setMany", "deleteMany"] as const),
    ),
    key: fc.constantFrom("a", "a", "a", "b"),
  }),
  { minLength: 2, maxLength: 9 },
);

const settings = fc.record({
  wrapper: fc.constantFrom(...Object.keys(WRAPPERS)),
  takesBatches: fc.boolean(),
  /** How often a deadline passes while other things may go on. */
  passes: fc.nat(6),
  options: fc.record<ComposeOptions>({
    read: fc.constantFrom<ComposeOptions["read"]>("sequential", race(), "parallel", hedged({ after: 10 })),
    write: fc.constantFrom<ComposeOptions["write"]>(
      ...(["sequential", "optimistic", "race", "l2-first", "write-behind"] as const),
      raceWrite({ loser: "drop" }),
    ),
    delete: fc.constantFrom<ComposeOptions["delete"]>("strict", "optimistic"),
  }),
});
const fates = fc.infiniteStream(fc.constantFrom<Fate>("ok", "ok", "ok", "ok", "ok", "fail", "lost"));
type Setting = typeof settings extends fc.Arbitrary<infer Value> ? Value : never;

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

interface World {
  readonly tiers: readonly RawModelTier[];
  readonly done: readonly Done[];
}

async function play(
  scheduler: fc.Scheduler,
  list: readonly Call[],
  { wrapper, takesBatches, passes, options }: Setting,
  fate: () => Fate,
): Promise<World> {
  const pause = async (what: string): Promise<void> => {
    await scheduler.schedule(Promise.resolve(), what);
  };
  const tiers = ["l1", "l2"].map((label) => rawModelTier(label, takesBatches, pause, fate));
  const wrap = WRAPPERS[wrapper] as Wrap;
  const [l1, l2] = tiers.map(({ backend }) => wrap(backend)) as [Backend<unknown>, Backend<unknown>];
  const cache = compose(l1, l2, options);
  const history = new History();
  let running = list.length;
  for (const [index, { kind, key }] of list.entries())
    void pause(`call ${index}: ${kind} ${key}`)
      .then(() => history.call(cache, kind, key))
      .then(() => running--);
  for (let pass = 0; pass < passes; pass++)
    void pause("time passes").then(() => void vi.advanceTimersByTime(AFTER));
  const isActive = (): boolean => running > 0 || tiers.some(({ active }) => active() > 0);
  for (let quiet = 0; quiet < 3; quiet = isActive() || scheduler.count() > 0 ? 0 : quiet + 1) {
    // A deadline ends a turn of the event loop after its time.
    for (; scheduler.count() > 0; await turn()) await scheduler.waitOne();
    await turn();
    if (scheduler.count() === 0) vi.advanceTimersByTime(AFTER);
  }
  await cache.close();
  return { tiers, done: history.done };
}

class History {
  readonly done: Done[] = [];
  #clock = 0;
  #version = 0;

  async call(cache: CacheBackend, kind: Call["kind"], key: Call["key"]): Promise<void> {
    const version = ++this.#version;
    const value = cacheValue(version);
    const context = cacheContext();
    const begun = ++this.#clock;
    const entry: Done = { kind, key, version, begun, context, ended: Number.POSITIVE_INFINITY, ok: false };
    this.done.push(entry);
    try {
      if (kind === "get") entry.read = (await cache.get<number>(key, context))?.data;
      if (kind === "getMany") entry.read = (await cache.getMany<number>([key, "c"]))[0]?.data;
      if (kind === "set") await cache.set(key, value, context);
      if (kind === "setMany") await cache.setMany(KEYS.map((each) => [each, value]));
      if (kind === "delete") await cache.delete(key, context);
      if (kind === "deleteMany") await cache.deleteMany(KEYS);
      entry.ok = true;
    } catch {
      // A failure of the tiers, which the fates call for.
    }
    entry.ended = ++this.#clock;
  }
}

/** Acknowledged, and by its context done in both tiers. */
function isWhole({ kind, ok, context }: Done): boolean {
  const operation = kind === "set" ? "write" : "remove";
  const isDone = (tier: string): boolean =>
    context.tiers.some(
      (outcome) => outcome.tier === tier && outcome.operation === operation && outcome.status === "ok",
    );
  const isUndone = kind === "set" && context.tiers.some((outcome) => outcome.operation === "remove");
  return ok && !isUndone && isDone("l1>l2.l1") && isDone("l1>l2.l2");
}

function check({ tiers, done }: World): void {
  // A write that failed, though the tier has done it, may be followed by the older value of the other tier.
  const failed = new Set(done.filter(({ ok }) => !ok).map(({ version }) => version));
  for (const { written } of tiers) {
    for (const all of written.values()) {
      const versions = all.filter((version) => !failed.has(version));
      expect(versions, "what a tier was given, by version").toEqual([...versions].sort((a, b) => a - b));
    }
  }
  const newestOf = (key: string, before: number): Done | undefined =>
    done.findLast((write) => write.key === key && write.ended < before && isWhole(write));
  const isNotOlder = (version: number | undefined, newest: Done | undefined): void => {
    if (version === undefined || newest === undefined) return;
    if (newest.kind === "delete") expect(version).toBeGreaterThan(newest.version);
    else expect(version).toBeGreaterThanOrEqual(newest.version);
  };
  for (const get of done.filter(({ kind, ok }) => kind.startsWith("get") && ok))
    isNotOlder(get.read, newestOf(get.key, get.begun));
  for (const { held } of tiers)
    for (const key of KEYS) isNotOlder(held(key), newestOf(key, Number.POSITIVE_INFINITY));
}

beforeAll(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
afterAll(() => void vi.useRealTimers());

test("no older value is put over a newer one in tiers with deadlines, retries and breakers", async () => {
  const held = new Witnesses();
  const property = fc.asyncProperty(
    fc.scheduler(),
    calls,
    settings,
    fates,
    async (scheduler, list, setting, stream) => {
      const world = await play(scheduler, list, setting, () => stream.next().value as Fate);
      check(world);
      held.note(world.tiers.some((tier) => KEYS.some((key) => tier.held(key) !== undefined)));
    },
  );
  await assertProperty(property, { runs: RUNS });
  held.expectShare(HELD, "ended with a value in a tier");
});
