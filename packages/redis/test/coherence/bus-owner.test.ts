import type { Backend } from "@hitbox/core";
import slotOf from "cluster-key-slot";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type RedisClusterServers, startRedisCluster } from "../../../../tools/servers/redis-cluster.ts";
import { redisCommand } from "../../../../tools/servers/redis-command.ts";
import type { RedisServer } from "../../../../tools/servers/redis-server.ts";
import { redis } from "../../src/index.ts";
import { CLUSTERS, clusterClient, entry, freshPrefix, succeeds, until } from "../support.ts";
import { Notes } from "./support.ts";

const HEARTBEAT = 400;

let cluster: RedisClusterServers;
beforeEach(async () => {
  // Without the owner, and with nobody who takes over soon, the other masters serve.
  const args = ["--cluster-require-full-coverage", "no", "--cluster-replica-no-failover", "yes"];
  cluster = await startRedisCluster({ args });
});
afterEach(() => cluster.close());

/** Two members of a fleet, one of which watches. */
interface Fleet {
  readonly channel: string;
  /** Of the channel's slot, at first. */
  readonly owner: RedisServer;
  readonly writer: Required<Backend>;
  readonly notes: Notes;
  close(): Promise<void>;
}

/** With clients that `openClient` gives, or with ours. */
async function openFleet(openClient?: () => ReturnType<typeof clusterClient>): Promise<Fleet> {
  const clients = openClient === undefined ? [] : [openClient(), openClient()];
  const prefix = freshPrefix();
  const settings = { prefix, timeout: 500, coherence: { by: "bus", heartbeat: HEARTBEAT } } as const;
  const [writer, reader] = [0, 1].map((index) => {
    const client = clients[index];
    return redis(client === undefined ? { ...settings, cluster: cluster.urls } : { ...settings, client });
  }) as [Required<Backend>, Required<Backend>];
  const notes = new Notes();
  reader.watch(notes);
  await notes.up();
  const channel = `${clients[0]?.options.keyPrefix ?? ""}${prefix}::changes`;
  return {
    channel,
    owner: await cluster.masterOf(slotOf(channel), node(0)),
    writer,
    notes,
    async close() {
      await Promise.all([writer.close(), reader.close()]);
      for (const client of clients) client.disconnect();
    },
  };
}

function node(index: number): RedisServer {
  return cluster.nodes[index] as RedisServer;
}

/** The nodes, of those that answer, where somebody hears the fleet's channel. */
async function subscribed({ channel }: Fleet, nodes = cluster.nodes): Promise<RedisServer[]> {
  const counts = await Promise.all(nodes.map(({ port }) => redisCommand(port, "PUBSUB", "NUMSUB", channel)));
  return nodes.filter((_, index) => !counts[index]?.endsWith(":0"));
}

/** The nodes on which something is published while `run` runs. */
async function publishing(run: () => Promise<unknown>): Promise<RedisServer[]> {
  const { nodes } = cluster;
  for (const { port } of nodes) await redisCommand(port, "CONFIG", "RESETSTAT");
  await run();
  const stats = await Promise.all(nodes.map(({ port }) => redisCommand(port, "INFO", "commandstats")));
  return nodes.filter((_, index) => stats[index]?.includes("cmdstat_publish:"));
}

function isAll(nodes: readonly RedisServer[], owner: RedisServer): boolean {
  return nodes.length === 1 && nodes[0] === owner;
}

/** Changes something until it is heard. */
async function change({ writer, notes }: Fleet, key = "key"): Promise<void> {
  const before = notes.count(key);
  const writes = succeeds(() => writer.write(key, entry("value")));
  await until(async () => (await writes()) && notes.isUp && notes.count(key) > before);
}

const WAYS = [
  { way: "a client of ours", open: undefined },
  ...CLUSTERS.map(({ version, Cluster }) => ({
    way: `a given client, ${version}`,
    open: () => clusterClient(Cluster, cluster, { keyPrefix: "app:" }),
  })),
];

describe.each(WAYS)("on the bus of a cluster, with $way,", ({ open }) => {
  it("all meet at the master that owns the channel's slot, and follow when it fails over", async () => {
    // Of several, whose owners are different ones.
    const fleets = await Promise.all(Array.from({ length: 5 }, () => openFleet(open)));
    for (const fleet of fleets) {
      expect(await publishing(() => change(fleet))).toEqual([fleet.owner]);
      expect(await subscribed(fleet)).toEqual([fleet.owner]);
      expect(fleet.notes.count("<lost>")).toBe(0);
    }
    for (const replica of cluster.nodes.slice(3)) await cluster.failover(replica);
    for (const fleet of fleets) {
      // Every master's replica is the third after it.
      const owner = node(cluster.nodes.indexOf(fleet.owner) + 3);
      await until(async () => isAll(await subscribed(fleet), owner));
      await until(async () => isAll(await publishing(() => change(fleet)), owner));
    }
    await Promise.all(fleets.map((fleet) => fleet.close()));
  });
});

const OUTAGES = [
  {
    how: "stopped",
    leave: (owner: RedisServer) => owner.stop(),
    come: (owner: RedisServer) => owner.resume(),
  },
  {
    how: "killed",
    leave: (owner: RedisServer) => owner.kill(),
    come: (owner: RedisServer) => owner.restart(),
  },
];

describe("on the bus of a cluster,", () => {
  it("a subscription moves with the slot, without a gap", async () => {
    const fleet = await openFleet();
    const other = node((cluster.nodes.indexOf(fleet.owner) + 1) % 3);
    await cluster.moveSlot(slotOf(fleet.channel), other);
    await until(async () => isAll(await subscribed(fleet), other));
    await change(fleet);
    expect(fleet.notes.all).toEqual(["<restored>", "key"]);
    await fleet.close();
  });

  it.each(OUTAGES)(
    "while the owner is $how, all meet elsewhere, and then come back",
    async ({ leave, come }) => {
      const fleet = await openFleet();
      await change(fleet);
      const others = cluster.nodes.filter((one) => one !== fleet.owner);
      const keys = Array.from({ length: 20 }, (_, index) => `key${index}`);
      const owners = await Promise.all(
        keys.map((key) => cluster.masterOf(slotOf(fleet.channel.replace(/changes$/, key)), node(0))),
      );
      await leave(fleet.owner);
      await until(() => !fleet.notes.isUp);
      await fleet.notes.up(3_000);
      await change(fleet, keys[owners.findIndex((one) => one !== fleet.owner)]);
      expect(await subscribed(fleet, others)).toHaveLength(1);
      await come(fleet.owner);
      await until(async () => isAll(await subscribed(fleet), fleet.owner));
      await until(async () => isAll(await publishing(() => change(fleet)), fleet.owner));
      await fleet.close();
    },
  );
});
