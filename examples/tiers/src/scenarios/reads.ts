import { setTimeout as wait } from "node:timers/promises";
import { hedged, parallel, type ReadPolicy, race, sequential } from "@hitbox/composition";
import type { CacheContext, CacheValue, MaybePromise } from "@hitbox/core";
import { type Entry, type Expected, entries, fill } from "../entries.ts";
import { asTheyCome, type Call, inTurn } from "../measure.ts";
import { type Row, row, type Section } from "../row.ts";
import { type Opened, withTiers } from "../tiers.ts";
import { type World, whileStopped } from "../world.ts";

type NamedPolicy = readonly [name: string, policy: ReadPolicy];

const POLICIES: readonly NamedPolicy[] = [
  ["sequential", sequential()],
  ["race", race()],
  ["race, loser dropped", race({ loser: "drop" })],
  ["parallel", parallel()],
  ["hedged, after 10 ms", hedged({ after: 10 })],
];

const BOTH = entries(200);
const LONGER = entries(200, 1_000);
const FAR = entries(200, 2_000);
const NOWHERE = entries(200, 3_000);

/** A first tier that answers at once: the policies differ in when they ask the second. */
export async function memoryOverRedis(world: World): Promise<Section> {
  const rows: Row[] = [];
  for (const policy of POLICIES) rows.push(...(await overRedis(world, policy)));
  return { title: "Reads, memory over Redis", rows };
}

async function overRedis(world: World, [name, read]: NamedPolicy): Promise<Row[]> {
  const tiers = [world.stores.memory(), world.stores.redis()] as const;
  return withTiers(tiers, { read }, async (opened) => {
    await fill(tiers, BOTH);
    await fill([tiers[0]], LONGER);
    await wait(2);
    await fill([tiers[1]], [...LONGER, ...FAR]);
    const rows = [
      row(name, "in both", await reading(world, opened, inTurn, BOTH, "entry")),
      row(name, "in both, longer in Redis", await reading(world, opened, inTurn, LONGER, "entry")),
      row(name, "in Redis only", await reading(world, opened, inTurn, FAR, "entry")),
      row(name, "in neither", await reading(world, opened, inTurn, NOWHERE, "nothing")),
    ];
    return [...rows, ...(await stopped(world, opened, name))];
  });
}

/** A first tier on a network, over a second that is at hand: the case for `hedged`, and for `race`. */
export async function redisOverLmdb(world: World): Promise<Section> {
  const rows: Row[] = [];
  for (const policy of POLICIES) rows.push(...(await overLmdb(world, policy)));
  return { title: "Reads, Redis over LMDB", rows };
}

async function overLmdb(world: World, [name, read]: NamedPolicy): Promise<Row[]> {
  const tiers = [world.stores.redis(), world.stores.lmdb()];
  return withTiers(tiers, { read }, async (opened) => {
    await fill(tiers, BOTH);
    const healthy = row(name, "in both", await reading(world, opened, inTurn, BOTH, "entry"));
    return [healthy, ...(await stopped(world, opened, name))];
  });
}

function stopped(world: World, opened: Opened, name: string): Promise<readonly Row[]> {
  return whileStopped(world, async () => {
    const calls = await reading(world, opened, asTheyCome, BOTH, "entry");
    const left = world.background.underWay();
    return [row(name, "in both, Redis hangs", calls, left && `${left} under way`)];
  });
}

type Pace = typeof inTurn<Entry, CacheValue<unknown> | undefined>;

/** Reads every entry through the composition, and compares. */
export function reading(
  { checks }: World,
  { cache }: Opened,
  pace: Pace,
  all: readonly Entry[],
  expected: Expected,
): Promise<Call[]> {
  const get = ({ key }: Entry, context: CacheContext): MaybePromise<CacheValue<unknown> | undefined> =>
    cache.get(key, context);
  return pace(all, get, (entry, value) => checks.read(entry, expected, value));
}
