import type { Backend } from "@hitbox/core";
import {
  type RedisClusterServers,
  type RedisServer,
  startRedis,
  startRedisCluster,
} from "@hitbox/test-servers";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type RedisClient, redis } from "../src/index.ts";
import { CLIENTS, CLUSTERS, clusterClient, entry, freshPrefix, textOf } from "./support.ts";

interface Opened {
  disconnect(): void;
}

let opened: Opened[] = [];
afterEach(() => {
  for (const client of opened) client.disconnect();
  opened = [];
});

/** Milliseconds: longer than the whole test takes, on a busy machine too. */
const [TIMEOUT, LEASE] = [20_000, 60_000];

/** Two processes of a fleet, each with a client of its own. */
function fleet(open: () => RedisClient & Opened): [Required<Backend>, Required<Backend>] {
  const prefix = freshPrefix();
  const backend = (): Required<Backend> => {
    const client = open();
    opened.push(client);
    return redis({ client, prefix, timeout: TIMEOUT }) as Required<Backend>;
  };
  return [backend(), backend()];
}

/** Keys of every node of a cluster. */
const KEYS = Array.from({ length: 20 }, (_, index) => `key${index}`);

async function leasesAndFencesHold(open: () => RedisClient & Opened): Promise<void> {
  const [one, two] = fleet(open);
  const first = await Promise.all(KEYS.map((key) => one.lease(key, LEASE)));
  const second = await Promise.all(KEYS.map((key) => two.lease(key, LEASE)));
  expect(first.map(({ granted }) => granted)).toEqual(KEYS.map(() => true));
  expect(second.map(({ granted }) => granted)).toEqual(KEYS.map(() => false));
  await two.removeMany(KEYS.slice(0, 10));
  const stored = await Promise.all(
    KEYS.map((key, index) => one.writeFenced(key, entry(key), first[index]?.fence ?? "")),
  );
  expect(stored).toEqual(KEYS.map((_, index) => index >= 10));
  const texts = (await two.readMany(KEYS)).map(textOf);
  expect(texts).toEqual(KEYS.map((key, index) => (index >= 10 ? key : undefined)));
}

describe.each(CLIENTS)("with automatic pipelines, $version", ({ Redis }) => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.close());

  it("one process gets a lease, and a delete voids its fence", async () => {
    await leasesAndFencesHold(() => new Redis(server.port, { enableAutoPipelining: true }));
  });
});

describe.each(CLUSTERS)("with automatic pipelines in a cluster, $version", ({ Cluster }) => {
  let cluster: RedisClusterServers;
  beforeAll(async () => {
    cluster = await startRedisCluster();
  });
  afterAll(() => cluster.close());

  it("one process gets a lease, and a delete voids its fence", async () => {
    await leasesAndFencesHold(() => clusterClient(Cluster, cluster, { enableAutoPipelining: true }));
  });
});
