import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { startDynamoDbLocal, startMemcached, startRedis } from "@hitbox/test-servers";
import { Redis } from "ioredis";
import type { Comparison } from "../compare.ts";
import { mostlyNear } from "./batches.ts";
import { hitByData, hitOverFloor, hitWithTags } from "./cache.ts";
import { batchOverRedis, taggedHitOverRedis } from "./cache-batch.ts";
import { clientOf, dynamoDbConcurrent, dynamoDbOneAtATime, filledDynamoDb } from "./dynamodb.ts";
import { plainData, rowWithDates } from "./formats.ts";
import { imports } from "./imports.ts";
import { filledMemcached, memcachedReads, clientOf as memjsOf } from "./memcached.ts";
import { composedAwaited, composedSync, memorySync } from "./memory.ts";
import { countedHit } from "./metrics.ts";
import { mysqlReads } from "./mysql.ts";
import { type Client, connected, filled, nodeRedisReads } from "./node-redis.ts";
import { hitOverPeer, missesOverBentocache, PEER_NAMES, taggedHitOverBentocache } from "./peers.ts";
import { postgresReads } from "./postgres.ts";
import {
  filledRedis,
  redisBatched,
  redisConcurrent,
  redisFencedWrites,
  redisOneAtATime,
  redisTracked,
  trackedRedis,
} from "./redis.ts";
import { s3Reads } from "./s3.ts";
import { oneSerialization } from "./sets.ts";
import { sqliteReads } from "./sqlite.ts";

/** Measures what it is given. */
export type Measure = (comparison: Comparison) => Promise<void>;

/** Every case, in the order of the table. */
export const cases: readonly ((measure: Measure) => Promise<void>)[] = [
  (measure) => measure(memorySync("built", "with expiry")),
  (measure) => measure(memorySync("at hand", "without expiry")),
  (measure) => measure(memorySync("at hand", "with expiry")),
  (measure) => measure(composedSync(1)),
  (measure) => measure(composedSync(3)),
  (measure) => measure(composedAwaited("without expiry")),
  (measure) => measure(composedAwaited("with expiry")),
  (measure) => overRedis((client, backend) => measure(redisOneAtATime(client, backend))),
  (measure) =>
    overRedis(async (client, backend) => {
      const own = client.duplicate();
      await measure(redisTracked(backend, await trackedRedis(own)));
      own.disconnect();
    }),
  (measure) => overRedis((client, backend) => measure(redisConcurrent(client, backend))),
  (measure) => overRedis((client, backend) => measure(redisBatched(client, backend))),
  (measure) => overRedis(async (_, backend) => measure(await redisFencedWrites(backend))),
  (measure) => overNodeRedis((client, backend) => measure(nodeRedisReads(client, backend, "alone"))),
  (measure) => overNodeRedis((client, backend) => measure(nodeRedisReads(client, backend, "together"))),
  (measure) => overRedis(async (client) => measure(await mostlyNear(client))),
  (measure) => measure(oneSerialization()),
  (measure) => measure(imports("memory and redis")),
  (measure) => measure(imports("and a cache over them")),
  (measure) => measure(plainData()),
  (measure) => measure(rowWithDates("superjson")),
  (measure) => measure(rowWithDates("devalue")),
  async (measure) => measure(await hitOverFloor("without expiry")),
  async (measure) => measure(await hitOverFloor("with expiry")),
  ...PEER_NAMES.map((name) => async (measure: Measure) => measure(await hitOverPeer(name))),
  async (measure) => measure(await countedHit("prometheus")),
  async (measure) => measure(await countedHit("opentelemetry")),
  async (measure) => measure(await hitByData()),
  async (measure) => measure(await hitWithTags(1)),
  async (measure) => measure(await hitWithTags(3)),
  async (measure) => measure(await taggedHitOverBentocache()),
  (measure) => measure(missesOverBentocache()),
  (measure) => overRedis(async (client) => measure(await batchOverRedis(client))),
  (measure) => overRedis(async (client) => measure(await taggedHitOverRedis(client))),
  (measure) => overDynamoDb((client, backend) => measure(dynamoDbOneAtATime(client, backend))),
  (measure) => overDynamoDb((client, backend) => measure(dynamoDbConcurrent(client, backend))),
  (measure) => overMemcached("alone", measure),
  (measure) => overMemcached("together", measure),
  (measure) => sqliteReads(measure),
  (measure) => postgresReads(measure),
  (measure) => mysqlReads(measure),
  (measure) => s3Reads(measure),
];

async function overMemcached(many: "alone" | "together", measure: Measure): Promise<void> {
  const server = await startMemcached();
  const client = memjsOf(server.address);
  const backend = await filledMemcached(server.address);
  try {
    await measure(memcachedReads(client, backend, many));
  } finally {
    client.quit();
    await backend.close();
    await server.close();
  }
}

type Filled = Awaited<ReturnType<typeof filledRedis>>;

async function overRedis(run: (client: Redis, backend: Filled) => Promise<void>): Promise<void> {
  const server = await startRedis();
  const client = new Redis(server.url);
  try {
    await run(client, await filledRedis(client));
  } finally {
    client.disconnect();
    await server.close();
  }
}

async function overNodeRedis(run: (client: Client, backend: Filled) => Promise<void>): Promise<void> {
  const server = await startRedis();
  const client = await connected(server.url);
  try {
    await run(client, await filled(client));
  } finally {
    client.destroy();
    await server.close();
  }
}

type FilledTable = Awaited<ReturnType<typeof filledDynamoDb>>;

async function overDynamoDb(
  run: (client: DynamoDBClient, backend: FilledTable) => Promise<void>,
): Promise<void> {
  const server = await startDynamoDbLocal({ quickAt: "long run" });
  const client = clientOf(server);
  try {
    await run(client, await filledDynamoDb(client));
  } finally {
    client.destroy();
    await server.close();
  }
}
