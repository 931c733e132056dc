import { setTimeout as wait } from "node:timers/promises";
import { BackendError, cacheBackend, cacheValue } from "@hitbox/core";
import {
  type RedisClusterServers,
  type RedisServer,
  redisCommand,
  startRedisCluster,
} from "@hitbox/test-servers";
import slotOf from "cluster-key-slot";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { redis } from "../src/index.ts";
import {
  AT_ONCE,
  CLUSTERS,
  clusterClient,
  FAR_DEADLINE,
  failureOf,
  SLACK,
  succeeds,
  textOf,
  until,
} from "./support.ts";

const TIMEOUT = 300;
const KEYS = Array.from({ length: 60 }, (_, index) => `key${index}`);

let cluster: RedisClusterServers;
beforeEach(async () => {
  // While no node serves a third of the slots, the other nodes go on.
  cluster = await startRedisCluster({ args: ["--cluster-require-full-coverage", "no"] });
});
afterEach(() => cluster.close());

function node(index: number): RedisServer {
  return cluster.nodes[index] as RedisServer;
}

/** The test's keys, apart: those of the first master, and the others. */
function apart(): { lost: string[]; kept: string[] } {
  const isLost = (key: string): boolean => slotOf(`hitbox::${key}`) < 5_461;
  return { lost: KEYS.filter(isLost), kept: KEYS.filter((key) => !isLost(key)) };
}

async function fill(tier: ReturnType<typeof redis>): Promise<void> {
  await cacheBackend(tier).setMany(KEYS.map((key) => [key, cacheValue(key)] as const));
}

/**
 * Fills a tier that has just been opened: on a busy machine its first connection may take longer than its
 * deadline.
 */
async function fillAtFirst(tier: ReturnType<typeof redis>): Promise<void> {
  await until(succeeds(() => fill(tier)));
}

/** A master, and its replica, gone for good. */
async function loseShard(): Promise<void> {
  await Promise.all([node(0).kill(), node(3).kill()]);
}

describe.each(["ioredis", "ioredis5"])(
  "a cluster that has lost a part of its slots, by urls, %s",
  (library) => {
    let tier: ReturnType<typeof redis>;
    beforeEach(async () => {
      vi.resetModules();
      vi.doMock("ioredis", () => vi.importActual(library));
      tier = (await import("../src/index.ts")).redis({ cluster: cluster.urls, timeout: FAR_DEADLINE });
      await fillAtFirst(tier);
      await loseShard();
    });
    afterEach(() => tier.close?.());

    it("fails their keys at once, and serves the others, in a batch too", async () => {
      const { lost, kept } = apart();
      for (const key of lost) {
        const { code, ms } = await failureOf(() => cacheBackend(tier).get(key));
        expect(code).toBe("connection");
        expect(ms).toBeLessThan(AT_ONCE);
      }
      // For a moment no operation knocks at the dead node.
      await until(async () => {
        const { error } = await failureOf(() => cacheBackend(tier).get(lost[0] ?? ""));
        return error.message.includes("a moment ago");
      });
      for (const key of kept) expect(textOf((await tier.read(key)) as never)).toBe(key);
      const answers = await tier.readMany?.([...lost, ...kept]);
      expect(answers?.slice(lost.length).map(textOf)).toEqual(kept);
      for (const answer of answers?.slice(0, lost.length) ?? []) expect(BackendError.is(answer)).toBe(true);
      expect((await failureOf(() => fill(tier))).code).toBe("connection");
    });

    it("does not clear, and says so, and serves all keys once the node is back", async () => {
      const { code, ms } = await failureOf(() => cacheBackend(tier).clear());
      expect(code).toBe("connection");
      expect(ms).toBeLessThan(AT_ONCE);
      await node(0).restart();
      // A master that has started looks around for two seconds before it serves.
      const info = () => redisCommand(node(0).port, "CLUSTER", "INFO");
      await until(async () => (await info()).includes("cluster_state:ok"));
      await until(succeeds(() => fill(tier)));
      await tier.clear?.();
      expect((await tier.readMany?.(KEYS))?.every((value) => value === undefined)).toBe(true);
    });
  },
);

describe("a cluster whose replicas answer reads", () => {
  it("reads from a master where the replica is gone", async () => {
    const tier = redis({ cluster: cluster.urls, timeout: TIMEOUT, readFrom: "replicas" });
    await fillAtFirst(tier);
    const [key = ""] = apart().lost;
    const reads = async (index: number) =>
      Number(
        /cmdstat_get:calls=(\d+)/.exec(await redisCommand(node(index).port, "INFO", "commandstats"))?.[1] ??
          0,
      );
    await until(async () => {
      expect(textOf((await tier.read(key)) as never)).toBe(key);
      return (await reads(3)) > 10;
    });
    await node(3).kill();
    await until(succeeds(() => tier.read(key)));
    // The other nodes do not know yet that the replica is gone.
    for (let round = 0; round < 50; round++) {
      expect(textOf((await tier.read(key)) as never)).toBe(key);
      await wait(5);
    }
    await tier.close?.();
  });
});

describe.each(CLUSTERS)("a cluster that was passed in, in ioredis' own settings, $version", ({ Cluster }) => {
  let client: InstanceType<typeof Cluster>;
  let tier: ReturnType<typeof redis>;
  beforeEach(async () => {
    client = clusterClient(Cluster, cluster, { maxRedirections: 1_000 });
    tier = redis({ client, timeout: TIMEOUT });
    await fillAtFirst(tier);
  });
  afterEach(() => client.disconnect());

  it("fails the keys of a lost node by the deadline, and serves the others", async () => {
    const { lost, kept } = apart();
    await loseShard();
    const failing = lost.map((key) => failureOf(() => cacheBackend(tier).set(key, cacheValue("new"))));
    for (const { ms } of await Promise.all(failing)) expect(ms).toBeLessThan(TIMEOUT + SLACK);
    const patient = redis({ client, timeout: FAR_DEADLINE });
    for (const key of kept) expect(textOf((await patient.read(key)) as never)).toBe(key);
  });

  it("does not send a write that has failed to the next master", async () => {
    const cache = cacheBackend(tier);
    const [lost = ""] = apart().lost;
    node(0).stop();
    const options = [{ ttl: 60_000 }, {}];
    const failing = options.map((option) => failureOf(() => cache.set(lost, cacheValue("older", option))));
    for (const { code } of await Promise.all(failing)) expect(code).toBe("timeout");
    // Now ioredis has the command back, and tries again and again.
    await node(0).kill();
    await until(async () => (await cluster.masterOf(0, node(1))) === node(3));
    await until(succeeds(() => cache.get(lost)));
    await wait(500);
    const patient = cacheBackend(redis({ client, timeout: FAR_DEADLINE }));
    expect((await patient.get(lost))?.data).not.toBe("older");
  });

  it("fails everything at once when all nodes are gone, queues nothing, and serves again", async () => {
    await Promise.all(cluster.nodes.map((one) => one.kill()));
    await until(async () => {
      await failureOf(() => fill(tier));
      return client.status !== "ready";
    });
    const patient = cacheBackend(redis({ client, timeout: FAR_DEADLINE }));
    const { code, ms } = await failureOf(() => patient.set("key", cacheValue("old")));
    expect(code).toBe("connection");
    expect(ms).toBeLessThan(AT_ONCE);
    const { offlineQueue } = client as unknown as { offlineQueue: { length: number } };
    await wait(2 * TIMEOUT);
    expect(offlineQueue.length).toBe(0);
    await Promise.all(cluster.nodes.map((one) => one.restart()));
    await until(succeeds(() => fill(tier)));
  });
});
