import { type RedisServer, startRedisCluster, startRedisSentinel, until } from "@hitbox/test-servers";
import slotOf from "cluster-key-slot";
import { Cluster } from "ioredis";
import { clusterClient } from "../support.ts";
import type { Outage } from "./outage.ts";

/** What befalls a master. */
const BLOWS = {
  killed: (server: RedisServer) => server.kill(),
  stopped: async (server: RedisServer) => server.stop(),
};
type Blow = keyof typeof BLOWS;

function ofSentinel(blow: Blow): Outage {
  return {
    name: `Sentinel: master ${blow}${blow === "stopped" ? ", and a sentinel with it" : ""}, failover`,
    async prepare() {
      const group = await startRedisSentinel();
      const master = await group.master();
      return {
        options: { sentinels: group.urls, name: group.name },
        async strike() {
          // As when their machine hangs.
          if (blow === "stopped") group.sentinels[0]?.stop();
          await BLOWS[blow](master);
        },
        heal: () => until("another is master", async () => (await group.master()) !== master),
        close: () => group.close(),
      };
    },
  };
}

/** The key that tells when the tier is back: its master is the one that is struck. */
const SLOT = slotOf("hitbox::probe");

function ofCluster(blow: Blow, whose: "ours" | "yours" | "node-redis"): Outage {
  const client = whose === "node-redis" ? "" : `, client of ${whose}`;
  return {
    name: `Cluster${client}: a master ${blow}, failover`,
    async prepare() {
      const cluster = await startRedisCluster();
      const [first, second] = cluster.nodes as readonly [RedisServer, RedisServer];
      const master = await cluster.masterOf(SLOT, first);
      const witness = master === first ? second : first;
      const client = whose === "yours" ? clusterClient(Cluster, cluster) : undefined;
      return {
        options: client ? { client } : { cluster: cluster.urls },
        strike: () => BLOWS[blow](master),
        heal: () =>
          until("another is master", async () => (await cluster.masterOf(SLOT, witness)) !== master),
        close: () => {
          client?.disconnect();
          return cluster.close();
        },
      };
    },
  };
}

export const FAILOVERS: readonly Outage[] = [
  ofSentinel("killed"),
  ofSentinel("stopped"),
  ofCluster("killed", "ours"),
  ofCluster("stopped", "ours"),
  ofCluster("killed", "yours"),
  ofCluster("stopped", "yours"),
];

/** node-redis has Sentinel clients of another kind, which are not supported. */
export const OF_NODE_REDIS: readonly Outage[] = [
  ofCluster("killed", "node-redis"),
  ofCluster("stopped", "node-redis"),
];
