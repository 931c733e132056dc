import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Certificate } from "./certificate.ts";
import { freePort, onFreePorts } from "./free-port.ts";
import { redisCommand } from "./redis-command.ts";
import { type RedisServer, startRedis } from "./redis-server.ts";
import { until } from "./until.ts";

/** A real Sentinel group: one master, two replicas, three sentinels. */
export interface RedisSentinelServers {
  /** The sentinels' name of the master. */
  readonly name: string;
  /** The first master, then its replicas. Roles change with failovers, this order does not. */
  readonly servers: readonly RedisServer[];
  readonly sentinels: readonly RedisServer[];
  readonly urls: readonly string[];
  /** `rediss:` URLs, if there is a certificate. */
  readonly secureUrls: readonly string[];
  /** The master, as the first sentinel that answers knows it; they agree before long. */
  master(): Promise<RedisServer>;
  close(): Promise<void>;
}

export interface RedisSentinelOptions {
  /** Milliseconds without an answer after which a master is taken for failed. Default: 1,000. */
  readonly downAfter?: number;
  /** Further arguments of every redis-server that is not a sentinel. */
  readonly args?: readonly string[];
  /**
   * With one, all of them speak TLS, with each other too; it is what sentinels then know the servers' ports
   * by.
   */
  readonly certificate?: Certificate;
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
  const folder = await mkdtemp(join(tmpdir(), "redis-sentinel-"));
  const all = [...(options.args ?? []), "--repl-diskless-sync-delay", "0", "--dir", folder];
  const first = await onFreePorts(() => startMember(options, all));
  const following = [...all, "--replicaof", `127.0.0.1 ${first.known}`];
  const members = [
    first,
    ...(await Promise.all([1, 2].map(() => onFreePorts(() => startMember(options, following))))),
  ];
  // Sentinels look for replicas when they start, and then not for ten seconds.
  for (const { server } of members.slice(1)) await until("the replicas follow", () => follows(server.port));
  const guards = await Promise.all(
    [1, 2, 3].map(() => onFreePorts(() => startSentinel(folder, first.known, options))),
  );
  const sentinels = guards.map(({ server }) => server);
  for (const { port } of sentinels) await until("the sentinels know all", () => knowsAll(port));
  const servers = members.map(({ server }) => server);
  return {
    name: NAME,
    servers,
    sentinels,
    urls: sentinels.map(({ url }) => url),
    secureUrls:
      options.certificate === undefined ? [] : guards.map(({ known }) => `rediss://127.0.0.1:${known}`),
    async master() {
      const port = await Promise.any(sentinels.map((sentinel) => masterPort(sentinel.port)));
      const found = members.find((member) => `${member.known}` === port);
      if (found === undefined) throw new Error(`no server of the group has port ${port}`);
      return found.server;
    },
    async close() {
      await Promise.all([...servers, ...sentinels].map((server) => server.close()));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

interface Member {
  readonly server: RedisServer;
  /** The port that the others know it by. */
  readonly known: number;
}

async function startMember({ certificate }: RedisSentinelOptions, args: readonly string[]): Promise<Member> {
  if (certificate === undefined) {
    const server = await startRedis({ args });
    return { server, known: server.port };
  }
  const known = await freePort();
  const secure = ["--tls-port", `${known}`, "--tls-replication", "yes", ...certificate.args];
  return { server: await startRedis({ args: [...args, ...secure] }), known };
}

async function startSentinel(folder: string, master: number, options: RedisSentinelOptions): Promise<Member> {
  const { downAfter = 1_000, certificate } = options;
  const [port, secure] = [await freePort(), await freePort()];
  // A sentinel rewrites its file.
  const file = join(folder, `sentinel-${port}.conf`);
  const lines = [
    `port ${port}`,
    "bind 127.0.0.1",
    `sentinel monitor ${NAME} 127.0.0.1 ${master} 2`,
    `sentinel down-after-milliseconds ${NAME} ${downAfter}`,
    `sentinel failover-timeout ${NAME} 5000`,
  ];
  if (certificate) lines.push(`tls-port ${secure}`, "tls-replication yes", ...directives(certificate.args));
  await writeFile(file, `${lines.join("\n")}\n`);
  const server = await startRedis({ port, args: [file], mode: "sentinel" });
  return { server, known: certificate ? secure : port };
}

/** Arguments of a command line, as lines of a file. */
function directives(args: readonly string[]): string[] {
  return args
    .join(" ")
    .split(/(?:^| )--/)
    .filter(Boolean);
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
