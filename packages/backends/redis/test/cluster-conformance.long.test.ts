import { backendConformance } from "@hitbox/conformance";
import { type RedisClusterServers, startRedisCluster } from "@hitbox/test-servers";
import { quickly } from "@hitbox/test-support";
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

// CI leaves the newest ioredis to the cluster by urls, and `npm run test:long` runs all.
describe.each(quickly(CLUSTERS.toReversed(), 1))("a cluster, $version", ({ Cluster }) => {
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
  backendConformance({
    test,
    awkwardSpaces,
    open: (prefix) => redis({ cluster: cluster.urls, prefix, timeout: 20_000 }),
  });
});
