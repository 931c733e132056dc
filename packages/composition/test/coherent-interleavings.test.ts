import { type ComposeOptions, compose } from "@hitbox/composition";
import { type CacheBackend, cacheBackend, cacheValue } from "@hitbox/core";
import { memory } from "@hitbox/memory";
import { assertProperty, breaksLaw, Witnesses } from "@hitbox/test-support";
import fc from "fast-check";
import { describe, test } from "vitest";
import { type Pause, SharedStore } from "./support/shared-store.ts";
import { tier } from "./support/tier.ts";

const KEYS = ["a", "b"] as const;
/** How often the stream of notifications breaks. */
type Breaks = "often" | "rarely";

/**
 * The share of runs in which a get must answer with a value, and of those that must end with a value in a
 * first tier.
 */
const ANSWERED = { often: 0.05, rarely: 0.2 } as const;
const HELD = { often: 0.01, rarely: 0.04 } as const;

const CALLS = ["get", "get", "set", "delete", "other sets", "other sets", "other deletes"] as const;
const KINDS = {
  often: [...CALLS, "break", "break", "mend", "mend", "mend", "clear"],
  rarely: [...CALLS, "get", "get", "get", "get", "get", "get", "get", "get", "set", "break"],
} as const;

const steps = (breaks: Breaks) =>
  fc.array(
    fc.record({
      kind: fc.constantFrom(...KINDS[breaks]),
      key: fc.constantFrom(...KEYS),
      user: fc.nat({ max: 3 }),
    }),
    { minLength: 2, maxLength: 12 },
  );
const options: fc.Arbitrary<ComposeOptions> = fc.record({
  read: fc.constantFrom("sequential", "race", "parallel"),
  write: fc.constantFrom("sequential", "optimistic", "race", "l2-first", "write-behind"),
  delete: fc.constantFrom("strict", "optimistic"),
  whenLost: fc.constantFrom<ComposeOptions["whenLost"]>("bypass", "bypass", { serve: 1e9 }),
});

type Step = ReturnType<typeof steps> extends fc.Arbitrary<(infer S)[]> ? S : never;

/** One get: what it answered with must not be older than what had been heard of when it began. */
interface Get {
  readonly key: string;
  readonly floor: number;
  readonly data: unknown;
}

interface World {
  readonly store: SharedStore;
  readonly firstTiers: readonly CacheBackend[];
  readonly gets: readonly Get[];
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/**
 * Of one raw backend: a composition; or two, one around the second, and one who uses it without a first tier.
 */
type Users = "one" | "four";

async function play(
  scheduler: fc.Scheduler,
  list: readonly Step[],
  composed: ComposeOptions,
  { isSlow, users }: { readonly isSlow: boolean; readonly users: Users },
): Promise<World> {
  const pause: Pause = async (what) => void (await scheduler.schedule(Promise.resolve(), what));
  const store = new SharedStore(pause);
  let gate = (): Promise<void> | undefined => pause("l1");
  const firstTier = (): CacheBackend => {
    const slow = tier("l1");
    slow.gate = () => gate();
    return cacheBackend(isSlow ? slow : memory({ maxEntries: 10 }));
  };
  const backend = store.backend();
  const firstTiers = [firstTier(), firstTier(), firstTier()] as const;
  const [near, nearest, middle] = firstTiers;
  const caches = [compose(near, backend, composed)];
  if (users === "four") {
    const inner = compose(middle, backend, composed);
    caches.push(inner, compose(nearest, inner, composed), cacheBackend(backend));
  }
  store.mend();
  const gets: Get[] = [];
  const take = async ({ kind, key, user }: Step, version: number): Promise<void> => {
    const cache = caches[user % caches.length] as CacheBackend;
    await pause(`step ${version}: ${kind} ${key} by ${user}`);
    if (kind === "break") return store.break();
    if (kind === "mend") return store.isStreaming ? undefined : store.mend();
    if (kind === "other sets") return store.change(key, cacheValue(version));
    if (kind === "other deletes") return store.change(key, undefined);
    if (kind === "set") return void (await cache.set(key, cacheValue(version)));
    if (kind === "delete") return void (await cache.delete(key));
    if (kind === "clear") return cache.clear();
    // A first tier that may be behind answers with nothing older than what had been heard of by the loss, or
    // than what this process has changed since.
    const mayBeBehind = typeof composed.whenLost === "object";
    const known = store.isStreaming || mayBeBehind ? store.heard : store.changes;
    const floor = known.get(key) ?? 0;
    gets.push({ key, floor, data: (await cache.get(key))?.data });
  };
  await scheduler.waitFor(Promise.all(list.map((each, index) => take(each, index + 1))));
  if (!store.isStreaming) store.mend();
  for (let turns = 0; turns < 3; turns = scheduler.count() > 0 ? 0 : turns + 1) {
    while (scheduler.count() > 0) await scheduler.waitOne();
    await turn();
  }
  gate = () => undefined;
  return { store, firstTiers, gets };
}

const FIRST_TIERS = [
  { name: "in this process", isSlow: false, users: "one", runs: 60 },
  { name: "that is slow", isSlow: true, users: "one", runs: 60 },
  { name: "beside another over the same backend", isSlow: false, users: "four", runs: 60 },
  { name: "that is slow, beside another over the same backend", isSlow: true, users: "four", runs: 60 },
] as const;

describe.each(FIRST_TIERS)("an L1 $name, whose L2 others write to", ({ isSlow, users, runs }) => {
  test.each(["often", "rarely"] as const)(
    "answers with nothing older than the notifications, which break off %s, and ends as L2 or empty",
    async (breaks) => {
      const answered = new Witnesses();
      const held = new Witnesses();
      const property = fc.asyncProperty(
        fc.scheduler(),
        steps(breaks),
        options,
        async (scheduler, list, composed) => {
          const world = await play(scheduler, list, composed, { isSlow, users });
          answered.note(checkGets(world));
          held.note(await checkRest(world));
        },
      );
      await assertProperty(property, { runs });
      answered.expectShare(ANSWERED[breaks], "had a get that answered with a value");
      held.expectShare(HELD[breaks], "ended with a value in a first tier");
    },
  );
});

/** Returns whether any get answered with a value. */
function checkGets({ gets, store }: World): boolean {
  for (const { key, floor, data } of gets) {
    const effect = store.effectOf.get(data);
    if (effect !== undefined && effect < floor)
      breaksLaw("no get answers with a value that is older than the last notification", {
        key,
        data,
        effect,
        floor,
      });
  }
  return gets.some(({ data }) => data !== undefined);
}

/** Returns whether any first tier holds a value. */
async function checkRest({ firstTiers, store }: World): Promise<boolean> {
  let isHeld = false;
  for (const l1 of firstTiers) {
    for (const key of KEYS) {
      const near = (await l1.get(key))?.data;
      const stored = store.entries.get(key)?.payload;
      if (near === undefined) continue;
      isHeld = true;
      if (near !== stored) breaksLaw("a first tier ends as L2 or empty", { key, near, stored });
    }
  }
  return isHeld;
}
