import { entries, fill } from "../entries.ts";
import { asTheyCome, inTurn } from "../measure.ts";
import { holders, type Row, row, type Section } from "../row.ts";
import { type Opened, withTiers } from "../tiers.ts";
import { type World, whileStopped } from "../world.ts";
import { reading } from "./reads.ts";
import { setting } from "./writes.ts";

const POLICY = "sequential, optimistic";
const group = (number: number): ReturnType<typeof entries> => entries(100, number * 1_000);
const [IN_ALL, FROM_LMDB, FROM_REDIS, NOWHERE, LMDB_LATER, REDIS_LATER, WRITTEN, WRITTEN_LATER] = [
  0, 1, 2, 3, 4, 5, 6, 7,
].map(group) as Groups;
type Group = ReturnType<typeof entries>;
type Groups = [Group, Group, Group, Group, Group, Group, Group, Group];

/** `compose([memory, lmdb, redis])` with its defaults: a hit of one tier refills those above it. */
export async function threeLevels(world: World): Promise<Section> {
  const { stores } = world;
  const tiers = [stores.memory(), stores.lmdb(), stores.redis()] as const;
  const rows = await withTiers(tiers, {}, async (opened) => {
    await fill(tiers[0], IN_ALL);
    await fill(tiers[1], [...IN_ALL, ...FROM_LMDB, ...LMDB_LATER]);
    await fill(tiers[2], [...IN_ALL, ...FROM_LMDB, ...FROM_REDIS, ...LMDB_LATER, ...REDIS_LATER]);
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
  const read = async (scenario: string, all: Group): Promise<Row> =>
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
