import { type ComposeOptions, compose } from "@hitbox/composition";
import { type CacheBackend, cacheBackend, cacheValue } from "@hitbox/core";
import { memory } from "@hitbox/memory";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Pause, SharedStore } from "./support/shared-store.ts";
import { tier } from "./support/tier.ts";

const KEYS = ["a", "b"] as const;
const SEED = Number(process.env.INTERLEAVINGS_SEED ?? Math.floor(Math.random() * 2 ** 31));

const step = fc.record({
  kind: fc.constantFrom(
    "get",
    "get",
    "set",
    "delete",
    "other sets",
    "other sets",
    "other deletes",
    "break",
    "break",
    "mend",
    "mend",
    "mend",
    "clear",
  ),
  key: fc.constantFrom(...KEYS),
  user: fc.nat({ max: 3 }),
});
const options: fc.Arbitrary<ComposeOptions> = fc.record({
  read: fc.constantFrom("sequential", "race", "parallel"),
  write: fc.constantFrom("sequential", "optimistic", "race", "l2-first", "write-behind"),
  delete: fc.constantFrom("strict", "optimistic"),
});

type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

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

/** Of one raw backend: a composition; or two, one around the second, and one who uses it without a first tier. */
type Users = "one" | "four";

async function play(
  scheduler: fc.Scheduler,
  steps: readonly Step[],
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
    const known = store.isStreaming ? store.heard : store.changes;
    const floor = known.get(key) ?? 0;
    gets.push({ key, floor, data: (await cache.get(key))?.data });
  };
  await scheduler.waitFor(Promise.all(steps.map((each, index) => take(each, index + 1))));
  if (!store.isStreaming) store.mend();
  for (let turns = 0; turns < 3; turns = scheduler.count() > 0 ? 0 : turns + 1) {
    while (scheduler.count() > 0) await scheduler.waitOne();
    await turn();
  }
  gate = () => undefined;
  return { store, firstTiers, gets };
}

describe.each([
  { name: "in this process", isSlow: false, users: "one", runs: 4_000 },
  { name: "that is slow", isSlow: true, users: "one", runs: 2_000 },
  { name: "beside another over the same backend", isSlow: false, users: "four", runs: 4_000 },
  { name: "that is slow, beside another over the same backend", isSlow: true, users: "four", runs: 2_000 },
] as const)("an L1 $name, whose L2 others write to", ({ isSlow, users, runs }) => {
  test(`answers with nothing older than the news, and ends as L2 or empty, in any of ${runs} interleavings`, async () => {
    const property = fc.asyncProperty(
      fc.scheduler(),
      fc.array(step, { minLength: 2, maxLength: 12 }),
      options,
      async (scheduler, steps, composed) => {
        const { store, firstTiers, gets } = await play(scheduler, steps, composed, { isSlow, users });
        for (const { key, floor, data } of gets) {
          const effect =
            data === undefined
              ? Number.POSITIVE_INFINITY
              : (store.effectOf.get(data) ?? Number.POSITIVE_INFINITY);
          expect(effect, `get ${key} answered ${String(data)}`).toBeGreaterThanOrEqual(floor);
        }
        for (const l1 of firstTiers) {
          for (const key of KEYS) {
            const near = (await l1.get(key))?.data;
            if (near !== undefined) expect(near, `L1 of ${key}`).toBe(store.entries.get(key)?.payload);
          }
        }
      },
    );
    await fc.assert(property, { numRuns: runs, seed: SEED });
  });
});
