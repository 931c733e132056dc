import { type DeletePolicy, optimisticDelete, strict } from "@hitbox/composition";
import type { CacheContext, DeleteStatus, MaybePromise } from "@hitbox/core";
import { type Entry, entries, fill } from "../entries.ts";
import { asTheyCome, type Call, inTurn } from "../measure.ts";
import { holders, type Row, row, type Section } from "../row.ts";
import { type Opened, withTiers } from "../tiers.ts";
import { type World, whileStopped } from "../world.ts";

const POLICIES: readonly DeletePolicy[] = [strict(), optimisticDelete()];
const [FIRST, SECOND] = [entries(200), entries(100, 1_000)];

/** Whether a delete that reached one tier only has succeeded. */
export async function deletes(world: World): Promise<Section> {
  const rows: Row[] = [];
  for (const policy of POLICIES) rows.push(...(await ofPolicy(world, policy)));
  return { title: "Deletes, memory over Redis", rows };
}

async function ofPolicy(world: World, remove: DeletePolicy): Promise<Row[]> {
  const tiers = [world.stores.memory(), world.stores.redis()];
  return withTiers(tiers, { delete: remove }, async (opened) => {
    await fill(tiers, [...FIRST, ...SECOND]);
    const calls = await deleting(world, opened, inTurn, FIRST, 2);
    const healthy = row(
      remove.name,
      "both well",
      calls,
      await holders(world.checks, tiers, FIRST, "nothing"),
    );
    return [healthy, ...(await stopped(world, opened, remove.name))];
  });
}

function stopped(world: World, opened: Opened, name: string): Promise<readonly Row[]> {
  return whileStopped(world, async () => {
    const calls = await deleting(world, opened, asTheyCome, SECOND, 1);
    const memory = await holders(world.checks, opened.tiers.slice(0, 1), SECOND, "nothing");
    return [row(name, "Redis hangs", calls, memory)];
  });
}

type Pace = typeof inTurn<Entry, DeleteStatus>;

/** Deletes every entry through the composition; `copies`: how many of each a delete that succeeds has to find. */
function deleting(
  { checks }: World,
  { cache }: Opened,
  pace: Pace,
  all: readonly Entry[],
  copies: number,
): Promise<Call[]> {
  const remove = ({ key }: Entry, context: CacheContext): MaybePromise<DeleteStatus> =>
    cache.delete(key, context);
  return pace(all, remove, ({ key }, status) => {
    const count = status.status === "deleted" ? status.count : 0;
    checks.that(count === copies, `${key.text}: deleted ${count} copies, not ${copies}`);
  });
}
