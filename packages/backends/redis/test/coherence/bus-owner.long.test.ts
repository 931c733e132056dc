import type { Backend } from "@hitbox/core";
import {
  type RedisClusterServers,
  type RedisServer,
  redisCommand,
  startRedisCluster,
} from "@hitbox/test-servers";
import slotOf from "cluster-key-slot";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { redis } from "../../src/index.ts";
import { CLUSTERS, clusterClient, entry, freshPrefix, succeeds, until } from "../support.ts";
import { Notes } from "./support.ts";

const HEARTBEAT = 400;

let cluster: RedisClusterServers;
beforeEach(async () => {
  // Without the owner, and with nobody who takes over by himself, the other masters serve.
  const alone = ["--cluster-require-full-coverage", "no", "--cluster-replica-no-failover", "yes"];
  const logged = ["--slowlog-log-slower-than", "0", "--slowlog-max-len", "1000"];
  cluster = await startRedisCluster({ args: [...alone, ...logged] });
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
async function openFleet(
  openClient?: () => ReturnType<typeof clusterClient>,
  heartbeat = HEARTBEAT,
): Promise<Fleet> {
  const clients = openClient === undefined ? [] : [openClient(), openClient()];
  const prefix = freshPrefix();
  const settings = { prefix, timeout: 500, coherence: { by: "bus", heartbeat } } as const;
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

function replicaOf(master: RedisServer): RedisServer {
  return node(cluster.nodes.indexOf(master) + 3);
}

/** The ports of the nodes, of those that answer, where somebody hears the fleet's channel. */
async function subscribed({ channel }: Fleet, nodes = cluster.nodes): Promise<number[]> {
  const counts = await Promise.all(nodes.map(({ port }) => redisCommand(port, "PUBSUB", "NUMSUB", channel)));
  return portsOf(nodes.filter((_, index) => !counts[index]?.endsWith(":0")));
}

/** The ports of the nodes on which something is published on the fleet's channel while `run` runs. */
async function publishing(
  { channel }: Fleet,
  run: () => Promise<unknown>,
  nodes = cluster.nodes,
): Promise<number[]> {
  for (const { port } of nodes) await redisCommand(port, "SLOWLOG", "RESET");
  await run();
  const logs = await Promise.all(nodes.map(({ port }) => redisCommand(port, "SLOWLOG", "GET", 1_000)));
  const published = `PUBLISH\r\n$${channel.length}\r\n${channel}\r\n`;
  return portsOf(nodes.filter((_, index) => logs[index]?.includes(published)));
}

function portsOf(nodes: readonly RedisServer[]): number[] {
  return nodes.map(({ port }) => port);
}

function isOnly(ports: readonly number[], { port }: RedisServer): boolean {
  return ports.length === 1 && ports[0] === port;
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
      expect(await publishing(fleet, () => change(fleet))).toEqual([fleet.owner.port]);
      expect(await subscribed(fleet)).toEqual([fleet.owner.port]);
      expect(fleet.notes.count("<lost>")).toBe(0);
    }
    for (const replica of cluster.nodes.slice(3)) await cluster.failover(replica);
    for (const fleet of fleets) {
      const owner = replicaOf(fleet.owner);
      await until(async () => isOnly(await subscribed(fleet), owner));
      await until(async () => isOnly(await publishing(fleet, () => change(fleet)), owner));
    }
    await Promise.all(fleets.map((fleet) => fleet.close()));
  });
});

/** How the owner goes, and what is the owner in the end. */
const OUTAGES = [
  {
    how: "stopped, and goes on",
    leave: (owner: RedisServer) => owner.stop(),
    async end(owner: RedisServer) {
      owner.resume();
      return owner;
    },
  },
  {
    how: "killed, and restarted",
    leave: (owner: RedisServer) => owner.kill(),
    async end(owner: RedisServer) {
      await owner.restart();
      return owner;
    },
  },
  {
    how: "killed, and its replica takes over",
    leave: (owner: RedisServer) => owner.kill(),
    async end(owner: RedisServer) {
      const replica = replicaOf(owner);
      await redisCommand(replica.port, "CLUSTER", "FAILOVER", "TAKEOVER");
      return replica;
    },
  },
];

describe("on the bus of a cluster,", () => {
  it("a subscription moves with the slot, without a gap", async () => {
    const fleet = await openFleet();
    const other = node((cluster.nodes.indexOf(fleet.owner) + 1) % 3);
    await cluster.moveSlot(slotOf(fleet.channel), other);
    await until(async () => isOnly(await subscribed(fleet), other));
    expect(fleet.notes.all).toEqual(["<restored>"]);
    await change(fleet);
    await fleet.close();
  });

  it("the owner whose connections have broken is published at again at once", async () => {
    // Nobody looks at it by himself for as long.
    const fleet = await openFleet(undefined, 60_000);
    const key = await keyWhere(fleet, (master) => master !== fleet.owner);
    await change(fleet, key);
    await redisCommand(fleet.owner.port, "CLIENT", "KILL", "TYPE", "normal");
    await change(fleet, key);
    await until(async () => isOnly(await publishing(fleet, () => change(fleet, key)), fleet.owner));
    await fleet.close();
  });

  it("so is the owner whose connections have broken under writes of its own keys", async () => {
    const fleet = await openFleet(undefined, 60_000);
    const { port } = fleet.owner;
    const key = await keyWhere(fleet, (master) => master !== fleet.owner);
    const own = await keyWhere(fleet, (master) => master === fleet.owner);
    await change(fleet, key);
    await redisCommand(port, "CLIENT", "PAUSE", 10_000, "WRITE");
    const failed = expect(fleet.writer.write(own, entry("value"))).rejects.toThrow();
    // What has to be told of it waits behind that.
    await fleet.writer.write(key, entry("value"));
    await redisCommand(port, "CLIENT", "KILL", "TYPE", "normal");
    await redisCommand(port, "CLIENT", "UNPAUSE");
    await failed;
    await until(async () => isOnly(await publishing(fleet, () => change(fleet, key)), fleet.owner));
    await fleet.close();
  });

  it.each(OUTAGES)("where the owner is $how, all meet elsewhere meanwhile", async ({ leave, end }) => {
    const fleet = await openFleet();
    await change(fleet);
    const others = cluster.nodes.filter((one) => one !== fleet.owner);
    const key = await keyWhere(fleet, (master) => master !== fleet.owner);
    fleet.notes.clear();
    await leave(fleet.owner);
    // It may be back by the time of the first look.
    await until(() => fleet.notes.count("<lost>") > 0);
    await fleet.notes.up();
    await change(fleet, key);
    expect(await subscribed(fleet, others)).toHaveLength(1);
    const owner = await end(fleet.owner);
    const alive = owner === fleet.owner ? cluster.nodes : others;
    await until(async () => isOnly(await subscribed(fleet, alive), owner));
    await until(async () => isOnly(await publishing(fleet, () => change(fleet), alive), owner));
    await fleet.close();
  });
});

/** A key of such a master. */
async function keyWhere({ channel }: Fleet, fits: (master: RedisServer) => boolean): Promise<string> {
  for (let turn = 0; ; turn++) {
    const slot = slotOf(channel.replace(/changes$/, `key${turn}`));
    if (fits(await cluster.masterOf(slot, node(0)))) return `key${turn}`;
  }
}
