import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./free-port.ts";
import { redisCommand } from "./redis-command.ts";
import { type RedisServer, startRedis } from "./redis-server.ts";
import { until } from "./until.ts";

/** A real Sentinel group: one master, two replicas, three sentinels. */
export interface RedisSentinelServers {
  /** What the sentinels call the master. */
  readonly name: string;
  /** The first master, then its replicas. Roles change with failovers, this order does not. */
  readonly servers: readonly RedisServer[];
  readonly sentinels: readonly RedisServer[];
  readonly urls: readonly string[];
  /** The master, as the sentinels know it; they agree before long. */
  master(): Promise<RedisServer>;
  close(): Promise<void>;
}

export interface RedisSentinelOptions {
  /** Milliseconds without an answer after which a master is taken for failed. Default: 1,000. */
  readonly downAfter?: number;
  /** Further arguments of every redis-server that is not a sentinel. */
  readonly args?: readonly string[];
}

const NAME = "main";

/**
 * Starts three redis-servers and three sentinels; resolves when they know each other.
 *
 * @example
 * const group = await startRedisSentinel();
 * after(() => group.close());
 */
export async function startRedisSentinel(options: RedisSentinelOptions = {}): Promise<RedisSentinelServers> {
  const { downAfter = 1_000, args = [] } = options;
  const folder = await mkdtemp(join(tmpdir(), "redis-sentinel-"));
  const all = [...args, "--repl-diskless-sync-delay", "0", "--dir", folder];
  const first = await startRedis({ args: all });
  const following = [...all, "--replicaof", `127.0.0.1 ${first.port}`];
  const replicas = await Promise.all([1, 2].map(() => startRedis({ args: following })));
  // Sentinels look for replicas when they start, and then not for ten seconds.
  for (const { port } of replicas) await until("the replicas follow", () => follows(port));
  const sentinels = await Promise.all([1, 2, 3].map(() => startSentinel(folder, first.port, downAfter)));
  const servers = [first, ...replicas];
  for (const { port } of sentinels) await until("the sentinels know all", () => knowsAll(port));
  return {
    name: NAME,
    servers,
    sentinels,
    urls: sentinels.map(({ url }) => url),
    async master() {
      const ports = await Promise.all(sentinels.map(({ port }) => masterPort(port).catch(() => undefined)));
      const known = ports.filter((port) => port !== undefined);
      // Where they differ, the one that has changed knows more.
      const port = known.find((one) => one !== `${first.port}`) ?? known[0];
      const found = servers.find((server) => `${server.port}` === port);
      if (found === undefined) throw new Error(`no server of the group has port ${port}`);
      return found;
    },
    async close() {
      await Promise.all([...servers, ...sentinels].map((server) => server.close()));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function startSentinel(folder: string, master: number, downAfter: number): Promise<RedisServer> {
  const port = await freePort();
  // A sentinel rewrites its file.
  const file = join(folder, `sentinel-${port}.conf`);
  const lines = [
    `port ${port}`,
    "bind 127.0.0.1",
    `sentinel monitor ${NAME} 127.0.0.1 ${master} 2`,
    `sentinel down-after-milliseconds ${NAME} ${downAfter}`,
    `sentinel failover-timeout ${NAME} 5000`,
  ];
  await writeFile(file, `${lines.join("\n")}\n`);
  return startRedis({ port, args: [file], mode: "sentinel" });
}

async function follows(replica: number): Promise<boolean> {
  return (await redisCommand(replica, "INFO", "replication")).includes("master_link_status:up");
}

async function knowsAll(sentinel: number): Promise<boolean> {
  const state = await redisCommand(sentinel, "INFO", "sentinel");
  return state.includes("slaves=2,sentinels=3") && state.includes("status=ok");
}

async function masterPort(sentinel: number): Promise<string | undefined> {
  const reply = await redisCommand(sentinel, "SENTINEL", "GET-MASTER-ADDR-BY-NAME", NAME);
  return reply.split("\r\n").at(-1);
}
