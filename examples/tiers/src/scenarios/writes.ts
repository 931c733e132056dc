import {
  l2First,
  optimistic,
  raceWrite,
  sequentialWrite,
  type WritePolicy,
  writeBehind,
} from "@hitbox/composition";
import type { CacheContext, MaybePromise } from "@hitbox/core";
import { type Entry, entries, storedValue } from "../entries.ts";
import { asTheyCome, type Call, inTurn } from "../measure.ts";
import { holders, type Row, row, type Section } from "../row.ts";
import { type Opened, withTiers } from "../tiers.ts";
import { type World, whileStopped } from "../world.ts";

const POLICIES: readonly WritePolicy[] = [
  sequentialWrite(),
  optimistic(),
  raceWrite(),
  l2First(),
  writeBehind(),
];

const [FIRST, SECOND] = [entries(200), entries(100, 1_000)];

/** When a set is done, and what it leaves where while Redis hangs. */
export async function writes(world: World): Promise<Section> {
  const rows: Row[] = [];
  for (const policy of POLICIES) rows.push(...(await ofPolicy(world, policy)));
  return { title: "Writes, memory over Redis", rows };
}

async function ofPolicy(world: World, write: WritePolicy): Promise<Row[]> {
  const tiers = [world.stores.memory(), world.stores.redis()];
  return withTiers(tiers, { write }, async (opened) => {
    const calls = await setting(opened, inTurn, FIRST);
    await opened.offload.drain();
    const after = await holders(world.checks, tiers, FIRST, "entry");
    const healthy = row(write.name, "both well", calls, after);
    return [healthy, ...(await stopped(world, opened, write.name))];
  });
}

/** What memory has is counted while Redis still hangs: what Redis does later with what it was sent is its own. */
function stopped(world: World, opened: Opened, name: string): Promise<readonly Row[]> {
  return whileStopped(world, async () => {
    const calls = await setting(opened, asTheyCome, SECOND);
    const left = world.background.underWay();
    await opened.offload.drain();
    const memory = await holders(world.checks, opened.tiers.slice(0, 1), SECOND);
    const failed = world.background.takeFailed();
    const later = [left && `; ${left} under way`, failed && `; ${failed} failed later`];
    return [row(name, "Redis hangs", calls, memory + later.join(""))];
  });
}

type Pace = typeof inTurn<Entry, void>;

/** Sets every entry through the composition. */
export function setting({ cache }: Opened, pace: Pace, all: readonly Entry[]): Promise<Call[]> {
  const set = (entry: Entry, context: CacheContext): MaybePromise<void> =>
    cache.set(entry.key, storedValue(entry), context);
  return pace(all, set, () => {});
}
