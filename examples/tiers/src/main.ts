import { Background } from "./background.ts";
import { Checks } from "./entries.ts";
import type { Section } from "./row.ts";
import { deletes } from "./scenarios/deletes.ts";
import { maxTtl } from "./scenarios/max-ttl.ts";
import { memoryOverRedis, redisOverLmdb } from "./scenarios/reads.ts";
import { refill } from "./scenarios/refill.ts";
import { threeLevels } from "./scenarios/three-levels.ts";
import { writes } from "./scenarios/writes.ts";
import { openStores, REDIS_TIMEOUT_MS } from "./stores.ts";
import { table } from "./table.ts";
import type { World } from "./world.ts";

type Scenario = (world: World) => Promise<Section>;

const SCENARIOS: readonly Scenario[] = [
  memoryOverRedis,
  redisOverLmdb,
  writes,
  deletes,
  refill,
  maxTtl,
  threeLevels,
];

const SIGNALS = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

/** Runs every scenario, and resolves with the exit code: 1 where anything read was wrong. */
async function main(): Promise<number> {
  const stores = await openStores(process.env.REDIS_URL || undefined);
  const checks = new Checks();
  const background = new Background();
  const world: World = { stores, checks, background };
  const start = performance.now();
  try {
    console.log(`Redis is ${stores.redisIs}, with ${REDIS_TIMEOUT_MS} ms for an answer.`);
    if (stores.whileStopped === undefined) console.log("It is not stopped: no row shows a Redis that hangs.");
    // Once for nothing, so that no row pays for the compilation of what the others share.
    await refill(world);
    for (const scenario of SCENARIOS) {
      const section = await scenario(world);
      console.log(`\n${table(section).join("\n")}`);
    }
  } finally {
    background.close();
    await stores.close();
  }
  return report(checks, performance.now() - start);
}

function report({ checked, wrong }: Checks, ms: number): number {
  const summary = wrong.length === 0 ? "none was wrong" : `${wrong.length} were WRONG`;
  console.log(`\n${checked.toLocaleString("en")} answers compared, ${summary}; ${(ms / 1_000).toFixed(1)} s`);
  for (const sentence of wrong.slice(0, 10)) console.error(`tiers: ${sentence}`);
  return wrong.length === 0 ? 0 : 1;
}

function fail(error: unknown): number {
  console.error(`tiers: ${error instanceof Error ? error.message : String(error)}`);
  return 1;
}

// By process.exit, which ends the server and removes the files.
for (const [signal, code] of Object.entries(SIGNALS)) process.once(signal, () => process.exit(code));
process.exitCode = await main().catch(fail);
