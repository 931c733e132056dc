import { type Entry, entries, fill } from "../entries.ts";
import { asTheyCome, inTurn } from "../measure.ts";
import { holders, type Row, row, type Section } from "../row.ts";
import { type Opened, withTiers } from "../tiers.ts";
import { type World, whileStopped } from "../world.ts";
import { reading } from "./reads.ts";
import { setting } from "./writes.ts";

const POLICY = "defaults";
const IN_ALL = entries(100);
const FROM_LMDB = entries(100, 1_000);
const FROM_REDIS = entries(100, 2_000);
const NOWHERE = entries(100, 3_000);
const WRITTEN = entries(100, 4_000);
// Not read before Redis hangs, or memory would have them.
const LMDB_LATER = entries(100, 5_000);
const REDIS_LATER = entries(100, 6_000);
const WRITTEN_LATER = entries(100, 7_000);

/** `compose([memory, lmdb, redis])` with its defaults: a hit of one tier refills those above it. */
export async function threeLevels(world: World): Promise<Section> {
  const { stores } = world;
  const tiers = [stores.memory(), stores.lmdb(), stores.redis()] as const;
  const rows = await withTiers(tiers, {}, async (opened) => {
    await fill(tiers, IN_ALL);
    await fill(tiers.slice(1), [...FROM_LMDB, ...LMDB_LATER]);
    await fill(tiers.slice(2), [...FROM_REDIS, ...REDIS_LATER]);
    return [...(await healthy(world, opened)), ...(await whileStopped(world, () => stopped(world, opened)))];
  });
  return { title: "Three levels, memory over LMDB over Redis", rows };
}

async function healthy(world: World, opened: Opened): Promise<Row[]> {
  const rows = [
    row(POLICY, "get, in all three", await reading(world, opened, inTurn, IN_ALL, "entry")),
    row(POLICY, "get, in LMDB and Redis", await reading(world, opened, inTurn, FROM_LMDB, "entry")),
    row(POLICY, "get, in Redis only", await reading(world, opened, inTurn, FROM_REDIS, "entry")),
    row(POLICY, "get, the same keys again", await reading(world, opened, inTurn, FROM_REDIS, "entry")),
    row(POLICY, "get, in none", await reading(world, opened, inTurn, NOWHERE, "nothing")),
  ];
  const calls = await setting(opened, inTurn, WRITTEN);
  return [...rows, row(POLICY, "set", calls, await holders(world.checks, opened.tiers, WRITTEN, "entry"))];
}

async function stopped(world: World, opened: Opened): Promise<Row[]> {
  const read = async (scenario: string, all: readonly Entry[]): Promise<Row> =>
    row(POLICY, `${scenario}, Redis hangs`, await reading(world, opened, asTheyCome, all, "entry"));
  const rows = [
    await read("get, in all three", IN_ALL),
    await read("get, in LMDB and Redis", LMDB_LATER),
    await read("get, in Redis only", REDIS_LATER),
  ];
  const calls = await setting(opened, asTheyCome, WRITTEN_LATER);
  const held = await holders(world.checks, opened.tiers.slice(0, 2), WRITTEN_LATER, "entry");
  return [...rows, row(POLICY, "set, Redis hangs", calls, held)];
}
