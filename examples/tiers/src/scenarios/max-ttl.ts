import { setTimeout as wait } from "node:timers/promises";
import { tier } from "@hitbox/composition";
import type { CacheBackend } from "@hitbox/core";
import { entries, fill } from "../entries.ts";
import { inTurn } from "../measure.ts";
import { holders, type Row, row, type Section } from "../row.ts";
import { type Opened, withTiers } from "../tiers.ts";
import type { World } from "../world.ts";
import { reading } from "./reads.ts";
import { setting } from "./writes.ts";

const MAX_TTL_MS = 1_000;
const POLICY = "maxTtl 1 s, jitter 0.5";
const ALL = entries(200);

/** A first tier that keeps entries shortly, and not all equally long, over one that keeps them as told. */
export async function maxTtl(world: World): Promise<Section> {
  const rows = [...(await expiring(world)), await refilled(world)];
  return { title: "A shorter life in one tier, memory over Redis", rows };
}

function shortLived({ stores }: World): readonly [CacheBackend, CacheBackend] {
  return [tier(stores.memory(), { maxTtl: MAX_TTL_MS, jitter: 0.5 }), stores.redis()];
}

/** Without refill, to see memory run empty. */
function expiring(world: World): Promise<Row[]> {
  const tiers = shortLived(world);
  return withTiers(tiers, { refill: "never" }, async (opened) => {
    await setting(opened, inTurn, ALL);
    const written = performance.now();
    const rows: Row[] = [];
    for (const ms of [0, 600, 750, 900, 1_001]) {
      await wait(Math.max(0, written + ms - performance.now()));
      const calls = await reading(world, opened, inTurn, ALL, "entry");
      rows.push(row(POLICY, `${ms} ms after the set`, calls));
    }
    return rows;
  });
}

function refilled(world: World): Promise<Row> {
  const tiers = shortLived(world);
  return withTiers(tiers, {}, async (opened) => {
    await fill([tiers[1]], ALL);
    const calls = await reading(world, opened, inTurn, ALL, "entry");
    const held = await holders(world.checks, tiers.slice(0, 1), ALL);
    return row(POLICY, "refilled", calls, `${held}, ${await longest(world, opened)}`);
  });
}

/** How long memory keeps what it was refilled with: never longer than it would keep a set. */
async function longest({ checks }: World, { tiers: [near] }: Opened): Promise<string> {
  const values = (await near?.getMany(ALL.map(({ key }) => key))) ?? [];
  const lives = values.flatMap((value) => (value ? (value.expiresAt ?? Infinity) - Date.now() : []));
  const most = Math.max(...lives);
  checks.that(most <= MAX_TTL_MS, `memory keeps a refilled entry for ${most} ms`);
  return `for ${Math.min(...lives)} to ${most} ms more`;
}
