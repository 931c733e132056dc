import { backendConformance } from "@hitbox/conformance";
import { type RedisClusterServers, redisCommand, startRedisCluster } from "@hitbox/test-servers";
import { afterAll, beforeAll, describe, test } from "vitest";
import { redis } from "../src/index.ts";
import { CLUSTERS, clusterClient } from "./support.ts";

// Braces decide about the slot, and so about the node.
const awkwardSpaces = ["{a}", "{", "{}", "}{", "*", ":a"];

let cluster: RedisClusterServers;
beforeAll(async () => {
  cluster = await startRedisCluster();
});
afterAll(() => cluster.close());

/** A listing looks at every key of the cluster: those of an earlier suite would double its time. */
const beginEmpty = (): void => {
  beforeAll(async () => {
    for (const { port } of cluster.nodes.slice(0, 3)) await redisCommand(port, "FLUSHALL");
  });
};

describe.each(CLUSTERS)("a cluster, $version", ({ Cluster }) => {
  beginEmpty();
  const opened: InstanceType<typeof Cluster>[] = [];
  afterAll(() => {
    for (const client of opened) client.disconnect();
  });
  backendConformance({
    test,
    awkwardSpaces,
    open(prefix) {
      const client = clusterClient(Cluster, cluster);
      opened.push(client);
      return redis({ client, prefix, timeout: 20_000 });
    },
  });
});

describe("a cluster, by urls", () => {
  beginEmpty();
  backendConformance({
    test,
    awkwardSpaces,
    open: (prefix) => redis({ cluster: cluster.urls, prefix, timeout: 20_000 }),
  });
});
