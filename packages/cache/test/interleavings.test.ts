import { type Cache, createCache, type EntryOptions } from "@hitbox/cache";
import { compose } from "@hitbox/composition";
import { type AnyBackend, type Backend, cacheBackend } from "@hitbox/core";
import { memory } from "@hitbox/memory";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type Fate, modelStore } from "./support/model-store.ts";

// Random interleavings of loads, reads, sets, deletes, invalidations and aborts over a store that takes its time and
// fails, against what may be observed. A run that fails prints its seed and its shrunk schedule.
const RUNS = Number(process.env.INTERLEAVINGS ?? 700);
const KEYS = ["a", "b"] as const;

type Kind = "load" | "get" | "set" | "delete" | "invalidate" | "clear";

interface Operation {
  readonly kind: Kind;
  readonly key: (typeof KEYS)[number];
  /** Loads: whether the caller goes away some time. */
  readonly leaves: boolean;
  /** Which of the caches. */
  readonly at: number;
}

/** What one run does. Without tags there are fewer steps, and more ways to mix them are tried. */
interface Plan {
  readonly tags: "tags" | "no tags";
  readonly list: readonly Operation[];
}

interface Done extends Operation {
  readonly id: number;
  readonly begun: number;
  ended: number;
  read: number | undefined;
  failure: unknown;
}

/** Where a value comes from: a set, or a run of a loader. */
interface Origin {
  readonly key: string;
  readonly kind: "set" | "load";
  readonly at: number;
  /** Of a load: of the operation that brought the loader. */
  readonly callBegun: number;
  readonly begun: number;
  ended: number;
  signal?: AbortSignal;
}

interface World {
  readonly done: readonly Done[];
  readonly origins: ReadonlyMap<number, Origin>;
  readonly rest: ReadonlyMap<string, number | undefined>;
}

const operation = (caches: number, kinds: readonly Kind[]): fc.Arbitrary<Operation> =>
  fc.record<Operation>({
    kind: fc.constantFrom(...kinds),
    key: fc.constantFrom("a", "a", "a", "a", "a", "b"),
    leaves: fc.constantFrom(false, false, false, true),
    at: fc.integer({ min: 0, max: caches - 1 }),
  });

const KINDS: readonly Kind[] = ["load", "load", "load", "get", "set", "delete", "delete", "clear"];

const plan = (caches: number, kinds: readonly Kind[]): fc.Arbitrary<Plan> => {
  const list = (all: readonly Kind[]): fc.Arbitrary<Operation[]> =>
    fc.array(operation(caches, all), { minLength: 2, maxLength: 6 });
  return fc.oneof(
    { weight: 2, arbitrary: fc.record<Plan>({ tags: fc.constant("no tags"), list: list(kinds) }) },
    {
      weight: 1,
      arbitrary: fc.record<Plan>({
        tags: fc.constant("tags"),
        list: list([...kinds, "invalidate", "invalidate"]),
      }),
    },
  );
};

interface Setting {
  readonly caches: number;
  readonly leases: "leases" | "no leases";
  /** What each cache sits on, over the store that all share. */
  readonly stack: (store: Backend<unknown>, now: () => number) => AnyBackend;
}

async function play(
  scheduler: fc.Scheduler,
  { tags, list }: Plan,
  { caches: count, leases, stack }: Setting,
  fate: () => Fate,
): Promise<World> {
  let clock = 0;
  let isWell = false;
  const now = (): number => ++clock;
  const pause = async (what: string): Promise<void> => {
    await scheduler.schedule(Promise.resolve(), what);
  };
  const store = modelStore(pause, () => (isWell ? "ok" : fate()), leases);
  const caches = Array.from({ length: count }, () =>
    createCache({ backend: stack(store, now), ttl: "1w", now, softTimeout: "1d", lease: 100 }),
  );
  const namesOf = (key: string): EntryOptions => (tags === "tags" ? { tags: [key] } : {});
  const origins = new Map<number, Origin>();
  const done: Done[] = [];
  let versions = 0;

  async function call(asked: Operation): Promise<void> {
    const begun = now();
    const entry: Done = {
      ...asked,
      id: done.length,
      begun,
      ended: Infinity,
      read: undefined,
      failure: undefined,
    };
    done.push(entry);
    try {
      entry.read = await run(entry, caches[asked.at] as Cache);
    } catch (error) {
      entry.failure = error;
    }
    entry.ended = now();
  }

  async function run({ kind, key, leaves, at, begun }: Done, cache: Cache): Promise<number | undefined> {
    if (kind === "get") return cache.get<number>(key);
    if (kind === "delete") return void (await cache.delete(key));
    if (kind === "invalidate") return cache.invalidateTags([key]) as Promise<undefined>;
    if (kind === "clear") return cache.clear() as Promise<undefined>;
    const version = ++versions;
    if (kind === "set") {
      const origin: Origin = { key, kind, at, callBegun: begun, begun, ended: Infinity };
      origins.set(version, origin);
      await cache.set(key, version, namesOf(key));
      origin.ended = now();
      return undefined;
    }
    const caller = new AbortController();
    if (leaves) void pause(`caller of ${version} leaves`).then(() => caller.abort());
    return cache.getOrSet(
      key,
      async ({ signal }) => {
        const origin: Origin = {
          key,
          kind: "load",
          at,
          callBegun: begun,
          begun: now(),
          ended: Infinity,
          signal,
        };
        origins.set(version, origin);
        await pause(`loading ${key}=${version}`);
        origin.ended = now();
        return version;
      },
      { signal: caller.signal, ...namesOf(key) },
    );
  }

  /** Goes on, in an order that the scheduler chooses, until nothing is left to do; time passes only then. */
  async function until(work: Promise<unknown>): Promise<void> {
    let isOver = false;
    void work.then(() => {
      isOver = true;
    });
    while (!isOver) {
      await new Promise((resolve) => setImmediate(resolve));
      if (scheduler.count() > 0) await scheduler.waitOne();
      else if (!isOver) await vi.advanceTimersByTimeAsync(50);
    }
  }

  const calls = list.map(async (asked, index) => {
    await pause(`call ${index}: ${asked.kind} ${asked.key}`);
    await call(asked);
  });
  await until(Promise.all(calls));
  // What failed is tried again, and succeeds now.
  isWell = true;
  await until(new Promise((resolve) => setTimeout(resolve, 30_000)));
  const rest = new Map<string, number | undefined>();
  await until(
    Promise.all(KEYS.map(async (key) => rest.set(key, (await cacheBackend(store).get<number>(key))?.data))),
  );
  const fallen = await fallenKeys(caches[0] as Cache, rest, until);
  for (const key of fallen) rest.set(key, undefined);
  await until(Promise.all(caches.map((cache) => cache.close())));
  return { done, origins, rest };
}

/** Keys whose entry is there, and of a tag that has been invalidated since. */
async function fallenKeys(
  cache: Cache,
  rest: ReadonlyMap<string, number | undefined>,
  until: (work: Promise<unknown>) => Promise<void>,
): Promise<string[]> {
  const held = [...rest].filter(([, value]) => value !== undefined).map(([key]) => key);
  const reading = cache.getMany<number>(held);
  await until(reading);
  const answers = await reading;
  return held.filter((_, index) => answers[index] === undefined);
}

const isChange = ({ kind }: Done): boolean => kind !== "load" && kind !== "get";

const concerns = (change: Done, key: string): boolean => change.kind === "clear" || change.key === key;

/** Changes of the key that were over before `time`, and not failed outright. */
function changesBefore({ done }: World, key: string, time: number): Done[] {
  return done.filter(
    (one) => isChange(one) && concerns(one, key) && one.ended < time && one.failure === undefined,
  );
}

/** No value is seen that is older than a change which was over before the read began. */
function checkSeen(
  world: World,
  value: number | undefined,
  key: string,
  since: number,
  order: "calls" | "effects",
): void {
  if (value === undefined) return;
  const origin = world.origins.get(value) as Origin;
  expect(origin.key).toBe(key);
  for (const change of changesBefore(world, key, since)) {
    if (change.kind === "set" && change.begun === origin.callBegun) continue;
    // In one process changes take effect in the order of their calls; of two processes only those that do not overlap.
    const isNewer =
      order === "calls" || origin.kind === "load" ? origin.begun > change.begun : origin.ended > change.begun;
    expect({ change, value, origin, isNewer }).toMatchObject({ isNewer: true });
  }
}

/** Two loaders of a key run together only where a change came between their calls, or in two processes. */
function checkSingleFlight({ origins, done }: World): void {
  const loads = [...origins.values()].filter(({ kind }) => kind === "load");
  for (const first of loads) {
    for (const second of loads) {
      if (first === second || first.key !== second.key || first.at !== second.at) continue;
      if (!(first.begun < second.begun && second.begun < first.ended)) continue;
      if (first.signal?.aborted || second.signal?.aborted) continue;
      const [start = 0, end = 0] = [first.callBegun, second.callBegun].sort((one, other) => one - other);
      const outdated = done.some(
        (one) => isChange(one) && concerns(one, first.key) && one.begun > start && one.begun < end,
      );
      expect({ first, second, outdated }).toMatchObject({ outdated: true });
    }
  }
}

/** A load gives a value, unless its caller has gone away. */
function checkLoads({ done }: World): void {
  for (const { kind, read, failure, leaves } of done) {
    if (kind !== "load") continue;
    if (failure !== undefined)
      expect({ leaves, failure }).toMatchObject({ leaves: true, failure: { name: "AbortError" } });
    else expect(read).toBeTypeOf("number");
  }
}

function check(world: World, setting: Setting): void {
  const order = setting.caches === 1 ? "calls" : "effects";
  checkLoads(world);
  checkSingleFlight(world);
  for (const { kind, key, begun, read, failure } of world.done) {
    // Of two processes one may join a load of its own that the other has outdated; it is not stored.
    const isTold = kind === "get" || (kind === "load" && setting.caches === 1);
    if (isTold && failure === undefined) checkSeen(world, read, key, begun, order);
  }
  for (const [key, value] of world.rest) checkSeen(world, value, key, Infinity, order);
}

const alone = (store: Backend<unknown>, now: () => number): AnyBackend => cacheBackend(store, { now });
const tiered = (store: Backend<unknown>, now: () => number): AnyBackend =>
  compose(memory({ maxEntries: 10, now }), cacheBackend(store, { now }), { now });

const SETTINGS: readonly (readonly [string, Setting])[] = [
  ["one process", { caches: 1, leases: "no leases", stack: alone }],
  ["one process, with leases", { caches: 1, leases: "leases", stack: alone }],
  ["one process, over a memory tier", { caches: 1, leases: "no leases", stack: tiered }],
  ["two processes, with leases", { caches: 2, leases: "leases", stack: alone }],
];

describe.each(SETTINGS)(
  `over ${RUNS} interleavings nothing older is seen after a change, in %s`,
  (_, setting) => {
    beforeAll(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
    afterAll(() => void vi.useRealTimers());

    test("where the store takes its time", async () => {
      const plans = plan(setting.caches, KINDS);
      await fc.assert(
        fc.asyncProperty(fc.scheduler(), plans, async (scheduler, list) => {
          check(await play(scheduler, list, setting, () => "ok"), setting);
        }),
        { numRuns: RUNS },
      );
    }, 120_000);
  },
);

describe.each(SETTINGS.slice(0, 3))("nor where the store fails as well, in %s", (_, setting) => {
  beforeAll(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
  afterAll(() => void vi.useRealTimers());

  test("before it has done its part or after", async () => {
    const kinds = KINDS.filter((kind) => kind !== "clear");
    const plans = plan(1, kinds);
    const fates = fc.infiniteStream(fc.constantFrom<Fate>("ok", "ok", "ok", "fail", "lost"));
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), plans, fates, async (scheduler, list, stream) => {
        check(await play(scheduler, list, setting, () => stream.next().value as Fate), setting);
      }),
      { numRuns: RUNS },
    );
  }, 120_000);
});
