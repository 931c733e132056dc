import { entries, fill } from "../entries.ts";
import { inTurn } from "../measure.ts";
import { holders, type Row, row, type Section } from "../row.ts";
import { withTiers } from "../tiers.ts";
import type { World } from "../world.ts";
import { reading } from "./reads.ts";

const ALL = entries(200);

/** Whether what the second tier answered with is in the first one the next time. */
export async function refill(world: World): Promise<Section> {
  const rows = [...(await ofPolicy(world, "always")), ...(await ofPolicy(world, "never"))];
  return { title: "Refill, memory over Redis", rows };
}

async function ofPolicy(world: World, choice: "always" | "never"): Promise<Row[]> {
  const tiers = [world.stores.memory(), world.stores.redis()] as const;
  return withTiers(tiers, { refill: choice }, async (opened) => {
    await fill([tiers[1]], ALL);
    const rows: Row[] = [];
    for (const scenario of ["in Redis only", "the same keys again"]) {
      const calls = await reading(world, opened, inTurn, ALL, "entry");
      rows.push(row(`refill ${choice}`, scenario, calls, await holders(world.checks, tiers, ALL)));
    }
    return rows;
  });
}
