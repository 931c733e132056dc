import { checkOption } from "@hitbox/core";
import { Cluster, type Redis } from "ioredis";
import { checkLogin, loginOf, type RedisLogin, secured } from "./login.ts";
import type { ClosableClient } from "./own-client.ts";
import { HINT, patience, pauses, SILENCE } from "./settings.ts";
import { addressOf, checkUrls } from "./urls.ts";

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

/** Between two looks at a cluster's replicas, in milliseconds. */
const LOOK_AGAIN = 5_000;

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

/** A client of our own: it never prints and never gives up. Commands wait in it only while their node is connected to. */
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
      clusterRetryStrategy: pauses(),
      // What fails for want of a connection, or of a majority, fails at once.
      retryDelayOnFailover: 0,
      retryDelayOnClusterDown: 0,
      slotsRefreshTimeout: HINT,
      // A certificate is for a name, not for the address that it stands for.
      ...(security.tls !== undefined && { dnsLookup: (host, resolve) => resolve(null, host) }),
      redisOptions: {
        ...patience(Math.max(SILENCE, timeout), Math.max(SILENCE, 2 * timeout)),
        ...loginOf(first),
        ...checkLogin(options),
        ...security,
      },
    },
  );
}
