import { writeFile } from "node:fs/promises";
import { Redis } from "ioredis";
import { startRedis } from "../../tools/servers/redis-server.ts";
import { composedAwaited, composedSync, memorySync } from "./cases/memory.ts";
import { filledRedis, redisConcurrent, redisOneAtATime } from "./cases/redis.ts";
import { type Comparison, compare, type Result } from "./compare.ts";
import { record, table } from "./report.ts";

// The program is at dist/benchmarks/src/; results stay beside its sources.
const LATEST = new URL("../../../results/latest.json", import.meta.url);

const results: Result[] = [];

async function measure(comparison: Comparison): Promise<void> {
  process.stderr.write(`${comparison.name} …\n`);
  results.push(await compare(comparison));
}

// Memory first: what an open connection does in the background is not theirs.
await measure(memorySync("built", "with expiry"));
await measure(memorySync("at hand", "without expiry"));
await measure(memorySync("at hand", "with expiry"));
await measure(composedSync(1));
await measure(composedSync(3));
await measure(composedAwaited("without expiry"));
await measure(composedAwaited("with expiry"));

const server = await startRedis();
const client = new Redis(server.url);
try {
  const backend = await filledRedis(client);
  await measure(redisOneAtATime(client, backend));
  await measure(redisConcurrent(client, backend));
} finally {
  client.disconnect();
  await server.close();
}

console.log(table(results));
await writeFile(LATEST, `${JSON.stringify(record(results), null, 2)}\n`);
