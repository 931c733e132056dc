import { setTimeout as wait } from "node:timers/promises";
import {
  type RedisClusterServers,
  type RedisSentinelServers,
  type RedisServer,
  redisCommand,
  startRedisCluster,
  startRedisSentinel,
} from "@hitbox/test-servers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RedisClient, redis } from "../src/index.ts";
import { CLIENTS, CLUSTERS, clusterClient, entry, succeeds, until } from "./support.ts";

const RECONNECTS = 50;

let cluster: RedisClusterServers;
let group: RedisSentinelServers;
beforeAll(async () => {
  [cluster, group] = await Promise.all([startRedisCluster(), startRedisSentinel()]);
});
afterAll(() => Promise.all([cluster.close(), group.close()]));

/** Listeners of an emitter, by event. */
function listenersOf(client: RedisClient): Record<string, number> {
  const emitter = client as unknown as NodeJS.EventEmitter;
  return Object.fromEntries(emitter.eventNames().map((name) => [String(name), emitter.listenerCount(name)]));
}

/** Sockets of this process. */
function sockets(): number {
  return process.getActiveResourcesInfo().filter((name) => name.startsWith("TCP")).length;
}

/** What every node of a cluster, or a server, is asked in one round, so that each has a connection. */
const KEYS = Array.from({ length: 50 }, (_, index) => `key${index}`);

/** ioredis connects to a node when it first needs it: to the six of them, and once more for subscriptions. */
const OF_CLUSTER = 7;

/**
 * Breaks all connections 50 times, under load; then there are no more sockets than before, or than there
 * may be.
 */
async function reconnect(
  tier: ReturnType<typeof redis>,
  servers: readonly RedisServer[],
  most = 0,
): Promise<void> {
  const serves = succeeds(() => tier.writeMany?.(KEYS.map((key) => [key, entry(key)] as const)));
  await until(serves);
  await settled();
  const before = sockets();
  for (let round = 0; round < RECONNECTS; round++) {
    for (const { port } of servers) await redisCommand(port, "CLIENT", "KILL", "TYPE", "normal");
    await Promise.allSettled([
      tier.read("a"),
      tier.write("b", entry("b")),
      tier.readMany?.(KEYS),
      tier.clear?.(),
    ]);
    await until(serves);
  }
  await settled();
  expect(sockets()).toBeLessThanOrEqual(Math.max(before, most));
}

/**
 * Closed sockets leave with the next turns of the event loop; ioredis looks at a cluster's slots with one
 * of its own.
 */
async function settled(): Promise<void> {
  let last = -1;
  while (last !== sockets()) {
    last = sockets();
    await wait(200);
  }
}

describe("after 50 reconnects there are no more connections and listeners than before", () => {
  it.each(CLIENTS)("of a client that was passed in, $version", async ({ Redis }) => {
    const [server] = group.servers as readonly [RedisServer];
    const client = new Redis({ port: server.port, retryStrategy: () => 1 });
    client.on("error", () => {});
    const tier = redis({ client });
    await tier.read("key");
    const before = listenersOf(client);
    await reconnect(tier, [server]);
    expect(listenersOf(client)).toEqual(before);
    client.disconnect();
  });

  it.each(CLUSTERS)("of a cluster that was passed in, $version", async ({ Cluster }) => {
    const client = clusterClient(Cluster, cluster);
    const tier = redis({ client });
    await tier.read("key");
    const before = listenersOf(client);
    await reconnect(tier, cluster.nodes.slice(0, 3), OF_CLUSTER);
    expect(listenersOf(client)).toEqual(before);
    client.disconnect();
  });

  it("of a client by url", async () => {
    const [server] = group.servers as readonly [RedisServer];
    const tier = redis({ url: server.url });
    await reconnect(tier, [server]);
    await tier.close?.();
  });

  it("of a client by the urls of a cluster", async () => {
    const tier = redis({ cluster: cluster.urls });
    await reconnect(tier, cluster.nodes.slice(0, 3), OF_CLUSTER);
    await tier.close?.();
  });

  it("of a client by sentinels", async () => {
    const tier = redis({ sentinels: group.urls, name: group.name });
    await reconnect(tier, [await group.master()]);
    await tier.close?.();
  });
});
