import {
  type RedisClusterServers,
  type RedisSentinelServers,
  redisCommand,
  startRedisCluster,
  startRedisSentinel,
  until,
} from "@hitbox/test-servers";
import { afterEach, describe, expect, it } from "vitest";

let group: RedisClusterServers | RedisSentinelServers | undefined;
afterEach(async () => {
  await group?.close();
  group = undefined;
});

describe("servers for tests", () => {
  it("form a cluster, whose slots move, and whose replicas take over", async () => {
    const cluster = await startRedisCluster();
    group = cluster;
    const [first, second, , replica] = cluster.nodes as Required<typeof cluster.nodes>;
    expect(await cluster.masterOf(0, second as never)).toBe(first);
    // "a" to "z" in slot 0: the part in braces decides.
    for (const letter of "abcdef") await redisCommand(first?.port ?? 0, "SET", `{06S}${letter}`, letter);
    let asked = "";
    await cluster.moveSlot(0, second as never, async () => {
      const replies = [..."abcdef"].map((letter) => redisCommand(first?.port ?? 0, "GET", `{06S}${letter}`));
      asked = (await Promise.allSettled(replies)).map(({ status }) => status).join();
    });
    expect(asked.split(",").filter((status) => status === "rejected")).toHaveLength(3);
    expect(await cluster.masterOf(0, first as never)).toBe(second);
    await cluster.failover(replica as never);
    await until("all know", async () => (await cluster.masterOf(1, second as never)) === replica);
  });

  it("form a group with sentinels, who make a replica the master", async () => {
    const sentinel = await startRedisSentinel();
    group = sentinel;
    const [first] = sentinel.servers;
    expect(await sentinel.master()).toBe(first);
    await first?.kill();
    await until("another is master", async () => (await sentinel.master()) !== first);
  });
});
