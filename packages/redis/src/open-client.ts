import type { ConnectionOptions } from "node:tls";
import { checkInteger, checkOption } from "@hitbox/core";
import { Cluster, Redis, type RedisOptions } from "ioredis";
import type { ClosableClient } from "./own-client.ts";
import { checkUrls } from "./urls.ts";

/** How a client of ours signs in. */
export interface RedisLogin {
  /** ACL user. Default: the URL's. */
  readonly username?: string | undefined;
  /** Default: the URL's. */
  readonly password?: string | undefined;
  /** Number of the database. A cluster has only 0. Default: the URL's, or 0. */
  readonly database?: number | undefined;
  /** For `rediss:` URLs: options of node:tls, such as `ca`, `cert` and `key`. Default: Node's own. */
  readonly tls?: ConnectionOptions | undefined;
}

/** One server, by its URL. */
export interface RedisUrlOptions extends RedisLogin {
  /** `redis://` or `rediss://`, with user, password and database where needed. Closed with the backend. */
  readonly url: string;
}

/** A cluster, by the URLs of some of its nodes. */
export interface RedisClusterOptions extends Omit<RedisLogin, "database"> {
  /**
   * URLs of one node or more, `redis://` or `rediss://`: the others are found by asking them. User and password are
   * those of the first, and of every node. Closed with the backend.
   */
  readonly cluster: readonly string[];
  /**
   * Which servers answer reads; a master also where none of its replicas is connected. A replica lags behind: with
   * `replicas` or `all`, a read may miss a write that has been acknowledged. Default: `masters`.
   */
  readonly readFrom?: "masters" | "replicas" | "all" | undefined;
}

/** A master that sentinels watch over. */
export interface RedisSentinelOptions extends RedisLogin {
  /**
   * URLs of the sentinels, `redis://` or `rediss://`, which holds for the master too. User and password in them are the
   * sentinels' own. Closed with the backend.
   */
  readonly sentinels: readonly string[];
  /** What the sentinels call the master. */
  readonly name: string;
}

/** What ioredis is told. How it shapes replies decides about its types, and is left alone. */
type Settings = Omit<RedisOptions, "replyMapping">;

/** Longest pause between two attempts to connect, in milliseconds. */
const MAX_PAUSE = 500;
/** A server that does not answer at all for this long, in milliseconds, is given up and connected to anew. */
const SILENCE = 5_000;
/** The same where sentinels may know of another by then. */
const SHORT_SILENCE = 1_000;
/** How long a server may take to hang up once asked to, in milliseconds. */
const GOODBYE = 100;

/** Between two looks at a cluster's replicas, in milliseconds. */
const LOOK_AGAIN = 5_000;

const pause = (attempt: number): number => Math.min(attempt * 50, MAX_PAUSE);

/** What a client of one server does when it loses its connection. */
const ALONE: Settings = {
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  // What is under way when the connection breaks fails then.
  maxRetriesPerRequest: 0,
  retryStrategy: pause,
};

/** A client of our own: it never prints, never gives up, and keeps nothing to send it later. */
export function openUrl(options: RedisUrlOptions, timeout: number): ClosableClient {
  const { url } = options;
  const [{ protocol }] = checkUrls("url", [url]);
  return new Redis(url, {
    ...ALONE,
    ...checkLogin(options),
    ...secured(protocol, options.tls),
    ...patience(SILENCE, timeout),
  });
}

export function openSentinel(options: RedisSentinelOptions, timeout: number): ClosableClient {
  const { sentinels, name } = options;
  const [first] = checkUrls("sentinels", sentinels);
  checkOption(
    typeof name === "string" && name !== "",
    "name",
    name,
    "must be what sentinels call the master",
  );
  const { tls } = secured(first.protocol, options.tls);
  return new Redis({
    ...ALONE,
    ...checkLogin(options),
    // Less than twice the timeout: nobody waits any more for what has not come within it.
    ...patience(SHORT_SILENCE, timeout / 2),
    name,
    sentinels: sentinels.map((url) => addressOf(new URL(url), 26_379)),
    sentinelRetryStrategy: pause,
    ...sentinelLogin(first),
    ...(tls !== undefined && { tls, sentinelTLS: tls, enableTLSForSentinelMode: true }),
  });
}

type Server = Pick<Redis, "status" | "connect">;

/** Who answers a read, of a slot's servers, master first. Those that are away are undefined; of several any is taken. */
const READERS = {
  masters: "master",
  replicas: ([master, ...replicas]: (Server | undefined)[]) => connected(replicas) ?? master,
  all: (servers: (Server | undefined)[]) => connected(servers) ?? servers[0],
} as const;

// ioredis' own choice, "slave", goes on asking replicas that are gone.
function connected(servers: readonly (Server | undefined)[]): (Server | undefined)[] | undefined {
  for (const server of servers) if (server?.status === "wait") server.connect().catch(() => {});
  const ready = servers.filter((server) => server?.status === "ready");
  return ready.length === 0 ? undefined : ready;
}

/** Of a cluster's commands, the nodes of ioredis queue those that are sent while they connect: a few milliseconds. */
export function openCluster(options: RedisClusterOptions, timeout: number): ClosableClient {
  const { cluster, readFrom = "masters" } = options;
  const [first] = checkUrls("cluster", cluster);
  checkOption(
    Object.hasOwn(READERS, readFrom),
    "readFrom",
    readFrom,
    'must be "masters", "replicas" or "all"',
  );
  const security = secured(first.protocol, options.tls);
  return new Cluster(
    cluster.map((url) => addressOf(new URL(url), 6_379)),
    {
      scaleReads: READERS[readFrom],
      // Nothing tells of a replica that has come.
      ...(readFrom !== "masters" && { slotsRefreshInterval: LOOK_AGAIN }),
      clusterRetryStrategy: pause,
      // What fails for want of a connection, or of a majority, fails at once.
      retryDelayOnFailover: 0,
      retryDelayOnClusterDown: 0,
      slotsRefreshTimeout: Math.min(timeout, MAX_PAUSE),
      // A certificate is for a name, not for the address that it stands for.
      ...(security.tls !== undefined && { dnsLookup: (host, resolve) => resolve(null, host) }),
      redisOptions: {
        ...patience(SILENCE, timeout),
        ...loginOf(first),
        ...checkLogin(options),
        ...security,
      },
    },
  );
}

/** What a connection that is the only one, or the only one at a time, does about losing it. */

function patience(silence: number, timeout: number): Settings {
  return {
    connectTimeout: Math.max(silence, timeout),
    socketTimeout: Math.max(silence, 2 * timeout),
    disconnectTimeout: GOODBYE,
  };
}

function checkLogin({ username, password, database }: RedisLogin): Settings {
  for (const [option, value] of Object.entries({ username, password })) {
    checkOption(value === undefined || typeof value === "string", option, typeof value, "must be a string");
  }
  if (database !== undefined) checkInteger("database", database, 0, 2 ** 31 - 1);
  return {
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(database !== undefined && { db: database }),
  };
}

function secured(protocol: string, tls: ConnectionOptions | undefined): Pick<Settings, "tls"> {
  checkOption(tls === undefined || typeof tls === "object", "tls", tls, "must be options of node:tls");
  if (protocol === "rediss:") return { tls: tls ?? {} };
  checkOption(tls === undefined, "tls", tls, "needs rediss:// URLs");
  return {};
}

function loginOf({ username, password }: URL): Settings {
  return checkLogin({
    username: username === "" ? undefined : decodeURIComponent(username),
    password: password === "" ? undefined : decodeURIComponent(password),
  });
}

function sentinelLogin(url: URL): Settings {
  const { username, password } = loginOf(url);
  return {
    ...(username !== undefined && { sentinelUsername: username }),
    ...(password !== undefined && { sentinelPassword: password }),
  };
}

function addressOf({ hostname, port }: URL, usual: number): { host: string; port: number } {
  return { host: hostname.replace(/^\[|\]$/g, ""), port: Number(port || usual) };
}
