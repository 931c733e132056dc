import { cacheBackend } from "@hitbox/core";
import {
  freePort,
  type RedisClusterServers,
  type RedisSentinelServers,
  startRedisCluster,
  startRedisSentinel,
} from "@hitbox/test-servers";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { type RedisOptions, redis } from "../src/index.ts";
import {
  AT_ONCE,
  CLIENTS,
  CLUSTERS,
  clusterClient,
  entry,
  FAR_DEADLINE,
  failureOf,
  SLACK,
  succeeds,
  textOf,
  until,
} from "./support.ts";

let cluster: RedisClusterServers;
let group: RedisSentinelServers;
beforeAll(async () => {
  [cluster, group] = await Promise.all([startRedisCluster(), startRedisSentinel()]);
});
afterAll(() => Promise.all([cluster.close(), group.close()]));

function openHandles(): number {
  return process.getActiveResourcesInfo().filter((name) => name.startsWith("TCP")).length;
}

const WAYS = ["cluster", "sentinels"] as const;
type Way = (typeof WAYS)[number];

function options(way: Way, timeout: number, urls?: readonly string[]): RedisOptions {
  return way === "cluster"
    ? { cluster: urls ?? cluster.urls, timeout }
    : { sentinels: urls ?? group.urls, name: group.name, timeout };
}

/** The server that is asked for the key: of the cluster all are, at most. */
function serversOf(way: Way) {
  return way === "cluster" ? cluster.nodes : group.servers;
}

describe.each(CLIENTS)("a client that was passed in, $version", ({ Redis }) => {
  it("is served by sentinels", async () => {
    const sentinels = group.sentinels.map(({ port }) => ({ host: "127.0.0.1", port }));
    const client = new Redis({ sentinels, name: group.name });
    const tier = redis({ client });
    await tier.write("given", entry("value"));
    expect(textOf((await tier.read("given")) as never)).toBe("value");
    client.disconnect();
  });
});

describe.each(CLUSTERS)("a cluster that was passed in, $version", ({ Cluster }) => {
  it("is connected by the first operation where it is lazy", async () => {
    const client = clusterClient(Cluster, cluster, { lazyConnect: true, enableOfflineQueue: false });
    const tier = redis({ client });
    expect(client.status).toBe("wait");
    await tier.write("given", entry("value"));
    expect(textOf((await tier.read("given")) as never)).toBe("value");
    client.disconnect();
  });
});

describe.each(["ioredis", "ioredis5"])("a client of our own, %s", (library) => {
  let ours: typeof redis;
  const print = vi.spyOn(console, "error");
  beforeEach(async () => {
    vi.resetModules();
    vi.doMock("ioredis", () => vi.importActual(library));
    ({ redis: ours } = await import("../src/index.ts"));
    await until(() => openHandles() === 0);
  });

  describe.each(WAYS)("by %s", (way) => {
    it("is connected by the time of the first answer, though most of the addresses are dead", async () => {
      const live = way === "cluster" ? cluster.urls : group.urls;
      const dead = await Promise.all([1, 2].map(async () => `redis://127.0.0.1:${await freePort()}`));
      const tier = ours(options(way, FAR_DEADLINE, [...dead, live.at(-1) ?? ""]));
      await Promise.all([tier.write("key", entry("value")), tier.write("other", entry("other"))]);
      expect(textOf((await tier.read("key")) as never)).toBe("value");
      await tier.close?.();
    });

    it("fails at once, prints nothing, and says why, while nobody listens", async () => {
      const tier = ours(options(way, FAR_DEADLINE, [`redis://127.0.0.1:${await freePort()}`]));
      await failureOf(() => cacheBackend(tier).get("key"));
      for (let round = 0; round < 5; round++) {
        const { code, ms, error } = await failureOf(() => cacheBackend(tier).get("key"));
        expect(code).toBe("connection");
        expect(error.message).toMatch(/ECONNREFUSED|All sentinels are unreachable/);
        expect(ms).toBeLessThan(AT_ONCE);
      }
      await tier.close?.();
      expect(print).not.toHaveBeenCalled();
      await until(() => openHandles() === 0);
    });

    it.each(["idle", "silent", "connecting"] as const)(
      "leaves nothing open after close (server: %s)",
      async (state) => {
        const tier = ours(options(way, 300));
        if (state !== "connecting") await until(succeeds(() => tier.write("key", entry("value"))));
        if (state === "silent") for (const server of serversOf(way)) server.stop();
        const start = performance.now();
        await tier.close?.();
        expect(performance.now() - start).toBeLessThan(SLACK);
        await until(() => openHandles() === 0);
        for (const server of serversOf(way)) server.resume();
        // No failover has begun: the next test finds the masters where they were.
        await until(succeeds(() => redisIsBack(way)));
      },
    );
  });

  async function redisIsBack(way: Way): Promise<void> {
    const tier = ours(options(way, 300));
    try {
      await tier.write("key", entry("value"));
    } finally {
      await tier.close?.();
    }
  }
});
