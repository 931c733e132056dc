// Compiled by several compilers, and never run: see tools/test/users-types.long.test.ts.
import {
  always,
  compose,
  type DeletePolicy,
  hedged,
  l2First,
  never,
  type Offload,
  offload,
  optimistic,
  optimisticDelete,
  parallel,
  type ReadPolicy,
  type RefillPolicy,
  race,
  raceWrite,
  sequential,
  sequentialWrite,
  strict,
  tier,
  type WritePolicy,
  writeBehind,
} from "@hitbox/composition";
import type { Backend, CacheBackend } from "@hitbox/core";
import { memory } from "@hitbox/memory";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
declare function is<Expected>(): <Actual>(actual: Actual, proof: Equal<Actual, Expected>) => void;
declare const store: Backend;

const near = memory({ maxEntries: 10 });
const tasks = offload({
  maxInFlight: 3,
  timeout: { after: 100, then: "cancel" },
  onError: (_, { kind }) => kind,
});

is<CacheBackend>()(compose(near, store), true);
is<CacheBackend>()(compose([near, tier(store, { maxTtl: 5 }), store], { label: "all" }), true);
is<CacheBackend>()(
  compose(near, store, {
    ...{ read: "race", write: "write-behind", delete: "optimistic", refill: "never" },
    ...{ offload: tasks, now: () => 1 },
  }),
  true,
);
is<CacheBackend>()(
  compose(near, store, { read: hedged({ after: 5 }), write: raceWrite({ loser: "drop" }) }),
  true,
);
is<CacheBackend>()(tier(near, { maxTtl: 5, jitter: 0.1, now: () => 1, random: () => 0 }), true);
is<Offload>()(tasks, true);
for (const policy of [sequential(), parallel(), race(), race({ loser: "offload" }), hedged({ after: 1 })])
  is<ReadPolicy>()(policy, true);
for (const policy of [sequentialWrite(), optimistic(), raceWrite(), l2First(), writeBehind()])
  is<WritePolicy>()(policy, true);
for (const policy of [strict(), optimisticDelete()]) is<DeletePolicy>()(policy, true);
for (const policy of [always(), never()]) is<RefillPolicy>()(policy, true);

export const own: RefillPolicy = { name: "own", refill: ({ createdAt }, key) => createdAt > 1 && key !== "" };
export const first: ReadPolicy = { name: "first", read: ({ l1 }, key, context) => l1.get(key, context) };

export async function drained(): Promise<void> {
  is<number>()(await tasks.drain(), true);
  is<boolean>()(tasks.register({ kind: "mine", run: async (signal) => signal.aborted }), true);
}

// @ts-expect-error a policy that there is not
compose(near, store, { read: "rase" });
// @ts-expect-error an option that there is not
compose(near, store, { reed: "race" });
// @ts-expect-error maxTtl is needed
tier(near, {});
// @ts-expect-error a delay is needed
hedged({});
