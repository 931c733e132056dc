import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Certificate } from "./certificate.ts";
import { freePort, onFreePorts } from "./free-port.ts";
import { redisCommand } from "./redis-command.ts";
import { type RedisServer, startRedis } from "./redis-server.ts";
import { until } from "./until.ts";

/** A real Redis Cluster: three masters, each with one replica. */
export interface RedisClusterServers {
  /**
   * The masters first, then their replicas, in the same order. Roles change with failovers, this order does
   * not.
   */
  readonly nodes: readonly RedisServer[];
  readonly urls: readonly string[];
  /** `rediss:` URLs, if there is a certificate. */
  readonly secureUrls: readonly string[];
  /** The master that serves a slot, as `seenBy` knows it. */
  masterOf(slot: number, seenBy: RedisServer): Promise<RedisServer>;
  /**
   * Moves a slot, keys included, to another master. `halfway` runs while half of its keys have been moved:
   * commands are then answered with ASK, and afterwards with MOVED.
   */
  moveSlot(slot: number, to: RedisServer, halfway?: () => Promise<void>): Promise<void>;
  /** Makes a replica the master of its slots, in agreement with the old one. */
  failover(replica: RedisServer): Promise<void>;
  close(): Promise<void>;
}

export interface RedisClusterOptions {
  /** Milliseconds without an answer after which a node is taken for failed. Default: 1,000. */
  readonly nodeTimeout?: number;
  /** Further arguments of every redis-server. */
  readonly args?: readonly string[];
  /** With one, the nodes speak TLS, with each other too. */
  readonly certificate?: Certificate;
}

const SLOTS = 16_384;
const MASTERS = 3;

/**
 * Starts six redis-servers and makes a cluster of them; resolves when all of them serve.
 *
 * @example
 * const cluster = await startRedisCluster();
 * after(() => cluster.close());
 */
export async function startRedisCluster(options: RedisClusterOptions = {}): Promise<RedisClusterServers> {
  const folder = await mkdtemp(join(tmpdir(), "redis-cluster-"));
  const started = await Promise.all(
    Array.from({ length: 2 * MASTERS }, () => onFreePorts(() => startNode(folder, options))),
  );
  const nodes = started.map(({ node }) => node);
  const ids = await meet(nodes);
  const nodeOf = (port: string | undefined): RedisServer => {
    const found = nodes.find((node) => `${node.port}` === port);
    if (found === undefined) throw new Error(`no node of the cluster has port ${port}`);
    return found;
  };
  const masterOf = async (slot: number, seenBy: RedisServer): Promise<RedisServer> =>
    nodeOf(portOf(await redisCommand(seenBy.port, "CLUSTER", "NODES"), slot));
  return {
    nodes,
    urls: nodes.map(({ url }) => url),
    secureUrls:
      options.certificate === undefined
        ? []
        : started.map(({ securePort }) => `rediss://127.0.0.1:${securePort}`),
    masterOf,
    async moveSlot(slot, to, halfway) {
      const from = await masterOf(slot, to);
      await moveSlot({ slot, from, to, ids, masters: await mastersOf(nodes) }, halfway);
    },
    async failover(replica) {
      await redisCommand(replica.port, "CLUSTER", "FAILOVER");
      await until("the replica is master", async () => (await roleOf(replica)) === "master");
    },
    async close() {
      await Promise.all(nodes.map((node) => node.close()));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

interface StartedNode {
  readonly node: RedisServer;
  readonly securePort: number;
}

async function startNode(folder: string, options: RedisClusterOptions): Promise<StartedNode> {
  const { nodeTimeout = 1_000, args = [], certificate } = options;
  const securePort = await freePort();
  const secure = ["--tls-port", `${securePort}`, "--tls-cluster", "yes", "--tls-replication", "yes"];
  const [port, bus] = [await freePort(), await freePort()];
  const settings = {
    dir: folder,
    "cluster-enabled": "yes",
    "cluster-config-file": `${port}.conf`,
    // The usual one, 10,000 over the other, may be over the highest.
    "cluster-port": `${bus}`,
    "cluster-node-timeout": `${nodeTimeout}`,
    // A replica may take over however old its data are: the tests wait for no resynchronisation.
    "cluster-replica-validity-factor": "0",
    "repl-diskless-sync-delay": "0",
  };
  const all = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
  const tls = certificate ? [...secure, ...certificate.args] : [];
  return { node: await startRedis({ port, args: [...all, ...args, ...tls] }), securePort };
}

type Ids = ReadonlyMap<RedisServer, string>;

async function meet(nodes: readonly RedisServer[]): Promise<Ids> {
  const [first] = nodes as readonly [RedisServer];
  const ids = new Map<RedisServer, string>();
  for (const [index, node] of nodes.entries()) {
    ids.set(node, await redisCommand(node.port, "CLUSTER", "MYID"));
    await redisCommand(node.port, "CLUSTER", "SET-CONFIG-EPOCH", index + 1);
    if (index < MASTERS) await redisCommand(node.port, "CLUSTER", "ADDSLOTS", ...slotsOf(index));
  }
  for (const node of nodes.slice(1)) {
    const bus = await redisCommand(node.port, "CONFIG", "GET", "cluster-port");
    await redisCommand(first.port, "CLUSTER", "MEET", "127.0.0.1", node.port, bus.split("\r\n").at(-1) ?? "");
  }
  const isKnown = (info: string): boolean => info.includes(`cluster_known_nodes:${nodes.length}`);
  await untilAll(nodes, "all nodes know each other", isKnown);
  for (const [index, replica] of nodes.slice(MASTERS).entries()) {
    await redisCommand(replica.port, "CLUSTER", "REPLICATE", ids.get(nodes[index] as RedisServer) ?? "");
  }
  await untilAll(nodes, "the cluster is well", (info) => info.includes("cluster_state:ok"));
  await until("the replicas follow", () => everyReplicaFollows(nodes));
  // Nodes name a replica to clients once it has replicated something.
  for (const { port } of nodes.slice(0, MASTERS)) await redisCommand(port, "FLUSHALL");
  await until("all nodes name the replicas", () => everyNodeNamesAll(nodes));
  return ids;
}

function slotsOf(master: number): number[] {
  const [start, end] = [master, master + 1].map((edge) => Math.round((edge * SLOTS) / MASTERS));
  return Array.from({ length: (end as number) - (start as number) }, (_, index) => (start as number) + index);
}

async function untilAll(
  nodes: readonly RedisServer[],
  what: string,
  holds: (info: string) => boolean,
): Promise<void> {
  for (const node of nodes) {
    await until(what, async () => holds(await redisCommand(node.port, "CLUSTER", "INFO")));
  }
}

async function everyReplicaFollows(nodes: readonly RedisServer[]): Promise<boolean> {
  const infos = nodes.slice(MASTERS).map(({ port }) => redisCommand(port, "INFO", "replication"));
  return (await Promise.all(infos)).every((info) => info.includes("master_link_status:up"));
}

async function everyNodeNamesAll(nodes: readonly RedisServer[]): Promise<boolean> {
  const seen = await Promise.all(nodes.map(({ port }) => redisCommand(port, "CLUSTER", "SLOTS")));
  return seen.every((text) => nodes.every(({ port }) => text.includes(`:${port}\r\n`)));
}

async function roleOf(node: RedisServer): Promise<string | undefined> {
  return /role:(\w+)/.exec(await redisCommand(node.port, "INFO", "replication"))?.[1];
}

async function mastersOf(nodes: readonly RedisServer[]): Promise<RedisServer[]> {
  const roles = await Promise.all(nodes.map(roleOf));
  return nodes.filter((_, index) => roles[index] === "master");
}

/** The port of a slot's master, in the text of CLUSTER NODES. */
function portOf(text: string, slot: number): string | undefined {
  const line = text.split("\n").find((one) => {
    const ranges = one.trim().split(" ").slice(8);
    return ranges.some((range) => {
      const [start, end = start] = range.split("-").map(Number) as [number, number?];
      return start <= slot && slot <= (end as number);
    });
  });
  return /:(\d+)@/.exec(line ?? "")?.[1];
}

interface Move {
  readonly slot: number;
  readonly from: RedisServer;
  readonly to: RedisServer;
  readonly ids: Ids;
  readonly masters: readonly RedisServer[];
}

async function moveSlot(move: Move, halfway?: () => Promise<void>): Promise<void> {
  const { slot, from, to, ids, masters } = move;
  const [source, target] = [ids.get(from) ?? "", ids.get(to) ?? ""];
  await redisCommand(to.port, "CLUSTER", "SETSLOT", slot, "IMPORTING", source);
  await redisCommand(from.port, "CLUSTER", "SETSLOT", slot, "MIGRATING", target);
  const count = Number(await redisCommand(from.port, "CLUSTER", "COUNTKEYSINSLOT", slot));
  await moveKeys(move, Math.ceil(count / 2));
  await halfway?.();
  while (await moveKeys(move, 1_000));
  for (const master of [to, from, ...masters.filter((one) => one !== to && one !== from)]) {
    await redisCommand(master.port, "CLUSTER", "SETSLOT", slot, "NODE", target);
  }
}

/** Moves up to `count` keys; how many there were. */
async function moveKeys({ slot, from, to }: Move, count: number): Promise<number> {
  const reply = await redisCommand(from.port, "CLUSTER", "GETKEYSINSLOT", slot, count);
  const keys = reply.split("\r\n").filter((_, index) => index > 0 && index % 2 === 0);
  if (keys.length > 0) {
    await redisCommand(from.port, "MIGRATE", "127.0.0.1", to.port, "", 0, 5_000, "KEYS", ...keys);
  }
  return keys.length;
}
