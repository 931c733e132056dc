import { setTimeout as wait } from "node:timers/promises";
import { cacheBackend, cacheValue, FENCE_MS } from "@hitbox/core";
import { type RedisClusterServers, type RedisServer, startRedisCluster } from "@hitbox/test-servers";
import slotOf from "cluster-key-slot";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { redis } from "../src/index.ts";
import { CLUSTERS, clusterClient, freshPrefix, until } from "./support.ts";

let cluster: RedisClusterServers;
beforeAll(async () => {
  cluster = await startRedisCluster();
});
afterAll(() => cluster.close());

describe.each(CLUSTERS)("in a cluster, $version", ({ Cluster }) => {
  let client: InstanceType<typeof Cluster>;
  let cache: ReturnType<typeof cacheBackend>;
  beforeEach(() => {
    client = clusterClient(Cluster, cluster);
    cache = cacheBackend(redis({ client, prefix: freshPrefix() }));
  });
  afterEach(() => client.disconnect());

  /** Moves the slot of `tag` to another master, with `meanwhile` while half of its keys may be there. */
  const move = async (tag: string, meanwhile: () => Promise<unknown>): Promise<void> => {
    const slot = slotOf(tag);
    const masters = cluster.nodes.slice(0, 3);
    const from = await cluster.masterOf(slot, masters[0] as RedisServer);
    const to = masters[(masters.indexOf(from) + 1) % 3] as RedisServer;
    await cluster.moveSlot(slot, to, async () => void (await meanwhile()));
  };

  it("a lease moves with its slot, and its fence holds", async () => {
    const fences = new Map<string, string>();
    const keys = Array.from({ length: 50 }, (_, index) => `{leased}${index}`);
    for (const [index, key] of keys.entries()) {
      if (index % 2) await cache.set(key, cacheValue("before", { ttl: 60_000 }));
      fences.set(key, (await cache.lease(key, FENCE_MS)).fence);
    }
    await move("leased", () => wait(50));
    for (const [key, fence] of fences) {
      expect(await cache.lease(key, FENCE_MS)).toMatchObject({ fence, granted: false });
      expect(await cache.setFenced(key, cacheValue("loaded"), fence)).toBe(true);
    }
  });

  it("a delete asks the master whether there is an entry, wherever else reads go", async () => {
    const scaled = clusterClient(Cluster, cluster, { scaleReads: "slave" });
    const reader = cacheBackend(redis({ client: scaled, prefix: freshPrefix() }));
    for (let round = 0; round < 30; round++) {
      await reader.lease("key", FENCE_MS);
      expect(await reader.delete("key")).toEqual({ status: "missing" });
      await reader.set("key", cacheValue("value"));
      expect(await reader.delete("key")).toEqual({ status: "deleted", count: 1 });
    }
    scaled.disconnect();
  });

  it("leases, fenced sets and deletes go on while their slot is moved", { timeout: 30_000 }, async () => {
    let isOver = false;
    let rounds = 0;
    const load = async (name: number): Promise<void> => {
      for (; !isOver; rounds++) {
        const key = `{busy}${name}-${rounds % 100}`;
        const { fence, granted } = await cache.lease(key, FENCE_MS);
        expect(granted).toBe(true);
        expect(await cache.setFenced(key, cacheValue(rounds), fence)).toBe(true);
        expect((await cache.delete(key)).status).toBe("deleted");
      }
    };
    const running = [1, 2, 3].map(load);
    for (let hop = 0; hop < 3; hop++) await move("busy", () => wait(100));
    await until(() => rounds > 10);
    isOver = true;
    await Promise.all(running);
  });
});
