import type { Backend } from "@hitbox/core";
import {
  type RedisClusterServers,
  type RedisSentinelServers,
  type RedisServer,
  startRedisCluster,
  startRedisSentinel,
} from "@hitbox/test-servers";
import slotOf from "cluster-key-slot";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { type RedisOptions, redis } from "../src/index.ts";
import { makeUser, rules } from "./rights.ts";
import { entry, textOf } from "./support.ts";

let opened: Backend[] = [];
afterEach(async () => {
  await Promise.all(opened.map((backend) => backend.close?.()));
  opened = [];
});

function open(options: object): Required<Backend> {
  const login = { username: "user", password: "secret", prefix: "shop" };
  const backend = redis({ ...login, ...options } as RedisOptions) as Required<Backend>;
  opened.push(backend);
  return backend;
}

function makeUsers(servers: readonly RedisServer[], given: readonly string[]): Promise<unknown> {
  return Promise.all(servers.map(({ port }) => makeUser(port, given)));
}

describe("in a Sentinel group", () => {
  let group: RedisSentinelServers;
  beforeAll(async () => {
    group = await startRedisSentinel();
  });
  afterAll(() => group.close());

  it.each([
    ["the rights in the README", []],
    ["those rights without INFO", ["+info"]],
  ])("%s are enough for entries", async (_, missing) => {
    await makeUsers(group.servers, rules(["entries", "sentinels"], missing));
    const tier = open({ sentinels: group.urls, name: group.name });
    await tier.write("key", entry("value"));
    expect(textOf(await tier.read("key"))).toBe("value");
  });
});

describe("in a cluster", () => {
  let cluster: RedisClusterServers;
  beforeAll(async () => {
    cluster = await startRedisCluster();
  });
  afterAll(() => cluster.close());

  it("the right to ASKING is named when it is missing, and needed only while a slot moves", async () => {
    await makeUsers(cluster.nodes, rules(["entries", "cluster"], ["+asking"]));
    const tier = open({ cluster: cluster.urls });
    await tier.write("{moving}a", entry("value"));
    const [first, second] = cluster.nodes as [RedisServer, RedisServer];
    const slot = slotOf("{moving}");
    const to = (await cluster.masterOf(slot, first)) === first ? second : first;
    await cluster.moveSlot(slot, to, async () => {
      await expect(tier.read("{moving}a")).rejects.toThrow("'asking'");
    });
    expect(textOf(await tier.read("{moving}a"))).toBe("value");
  });

  it("the right to READONLY is named when it is missing", async () => {
    await makeUsers(cluster.nodes, rules(["entries", "cluster"], ["+readonly"]));
    const tier = open({ cluster: cluster.urls, readFrom: "replicas" });
    await tier.write("key", entry("value"));
    // Until a replica is connected to, the master answers.
    await vi.waitFor(() => expect(tier.read("key")).rejects.toThrow("'readonly'"));
  });
});
