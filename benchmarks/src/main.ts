import { writeFile } from "node:fs/promises";
import { Redis } from "ioredis";
import { startRedis } from "../../tools/servers/redis-server.ts";
import { composedAwaited, memorySync } from "./cases/memory.ts";
import { filledRedis, redisConcurrent, redisOneAtATime } from "./cases/redis.ts";
import { type Comparison, compare, type Result } from "./compare.ts";
import { record, table } from "./report.ts";

// The program is at dist/benchmarks/src/; results stay beside its sources.
const LATEST = new URL("../../../results/latest.json", import.meta.url);

const server = await startRedis();
const client = new Redis(server.url);
try {
  const backend = await filledRedis(client);
  const comparisons: readonly Comparison[] = [
    memorySync(),
    composedAwaited(),
    redisOneAtATime(client, backend),
    redisConcurrent(client, backend),
  ];
  const results: Result[] = [];
  for (const comparison of comparisons) {
    process.stderr.write(`${comparison.name} …\n`);
    results.push(await compare(comparison));
  }
  console.log(table(results));
  await writeFile(LATEST, `${JSON.stringify(record(results), null, 2)}\n`);
} finally {
  client.disconnect();
  await server.close();
}
