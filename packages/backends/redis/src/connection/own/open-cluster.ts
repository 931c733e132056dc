import { checkOption, outside } from "@hitbox/core";
import { Cluster, type Redis } from "ioredis";
import { pauses } from "../pauses.ts";
import { guardReplies } from "../replies/guard-replies.ts";
import type { ReplyLimits } from "../replies/reply-filter.ts";
import { connectorFor } from "./connector.ts";
import { loginOf, type RedisLogin, secured } from "./login.ts";
import type { OpenClient } from "./own-client.ts";
import {
  checkNatMap,
  checkRedisOptions,
  type RedisConnectionOptions,
  type RedisNatMap,
} from "./redis-options.ts";
import { HINT, patience, QUIET, SILENCE } from "./settings.ts";
import { addressOf, checkNodeUrls } from "./urls.ts";

/** A cluster, by the URLs of some of its nodes. */
export interface RedisClusterOptions extends Omit<RedisLogin, "database"> {
  /**
   * URLs of one node or more, `redis://` or `rediss://`. Each node is asked for the others. User and
   * password are those of the first URL, for every node. Closed with the backend.
   */
  readonly cluster: readonly string[];
  /**
   * The servers that answer reads. A master answers for replicas that are not connected. A replica lags
   * behind: with `replicas` or `all`, a read may miss a write that has been acknowledged. Default: `masters`.
   */
  readonly readFrom?: "masters" | "replicas" | "all" | undefined;
  /** Translates the addresses that nodes name, by `host:port`. Default: none. */
  readonly natMap?: RedisNatMap | undefined;
  /** Further options of ioredis, for the connections to every node. */
  readonly redisOptions?: RedisConnectionOptions | undefined;
}

/** Milliseconds between two looks at a cluster's replicas. */
const LOOK_AGAIN = 5_000;

type Server = Pick<Redis, "status" | "connect">;

/** Chooses the servers of a slot, master first, that answer a read. A server that is away is undefined. */
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

/**
 * Opens a client that prints nothing and never gives up. A command waits in it only while its node is
 * connected to.
 */
export function openCluster(options: RedisClusterOptions, timeout: number, limits: ReplyLimits): OpenClient {
  const { readFrom = "masters", natMap } = options;
  const urls = checkNodeUrls("cluster", options.cluster);
  const [first] = urls;
  const isKnown = Object.hasOwn(READERS, readFrom);
  checkOption(isKnown, "readFrom", readFrom, 'must be "masters", "replicas" or "all"');
  checkNatMap(natMap);
  const login = loginOf(options, "cluster", new URL("/", first));
  const settings = {
    scaleReads: READERS[readFrom],
    // Nothing tells of a replica that has come.
    ...(readFrom !== "masters" && { slotsRefreshInterval: LOOK_AGAIN }),
    enableReadyCheck: false,
    clusterRetryStrategy: pauses(),
    // A command that fails for want of a connection, or of a majority, fails at once.
    retryDelayOnFailover: 0,
    retryDelayOnClusterDown: 0,
    slotsRefreshTimeout: HINT,
    // Names are looked up for each connection: a certificate is for a name, and a failure keeps its reason.
    dnsLookup: (host: string, resolve: (error: null, address: string) => void) => resolve(null, host),
    ...(natMap !== undefined && { natMap: natMap as never }),
  };
  const redisOptions = {
    ...patience(Math.max(SILENCE, timeout), Math.max(SILENCE, 2 * timeout)),
    ...checkRedisOptions(options.redisOptions),
    ...QUIET,
    ...secured(first.protocol, options.tls),
  };
  const addresses = urls.map((url) => addressOf(url, 6_379));
  return (attempts) => {
    const Connector = connectorFor(login, limits, attempts);
    const cluster = new Cluster(addresses, { ...settings, redisOptions: { ...redisOptions, Connector } });
    return cluster.on("+node", (node: Redis) => {
      hearRefusedAsking(node);
      connectOutside(node);
      guardReplies(node, limits);
    });
  };
}

/** A node is connected to by its first command, and its connection outlives that. */
function connectOutside(node: Redis): void {
  const connect = node.connect.bind(node);
  node.connect = (callback) => outside(() => connect(callback));
}

/**
 * ioredis sends ASKING and does not look at the answer. A user without the right would end the process, by an
 * unhandled rejection.
 */
function hearRefusedAsking(node: Redis): void {
  const asking = node.asking.bind(node) as () => Promise<"OK">;
  node.asking = () => {
    const answer = asking();
    answer.catch(() => {});
    return answer;
  };
}
