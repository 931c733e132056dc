import { backendConformance } from "@hitbox/conformance";
import {
  type RedisClusterServers,
  type RedisServer,
  startRedis,
  startRedisCluster,
} from "@hitbox/test-servers";
import { afterAll, beforeAll, describe, test } from "vitest";
import { redis } from "../src/index.ts";
import { LIBRARIES, type Opened } from "./libraries.ts";

const opened: Opened[] = [];
afterAll(() => {
  for (const { close } of opened) close();
});

async function kept(opening: Promise<Opened>): Promise<Opened["client"]> {
  const one = await opening;
  opened.push(one);
  return one.client;
}

describe.each(LIBRARIES)("$library", ({ server: open }) => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.close());
  backendConformance({
    test,
    awkwardSpaces: [":a", "*", "?", "[a]", "\\*", " ", "é", "{a}"],
    open: async (prefix) => redis({ client: await kept(open(server.port)), prefix }),
  });
});

describe.each(LIBRARIES.slice(-1))("$library with coherence", ({ server: open }) => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.close());
  backendConformance({
    test,
    open: async (prefix) => redis({ client: await kept(open(server.port)), prefix, coherence: "tracking" }),
  });
});

describe.each(LIBRARIES)("$library in a cluster", ({ cluster: open }) => {
  let cluster: RedisClusterServers;
  beforeAll(async () => {
    cluster = await startRedisCluster();
  });
  afterAll(() => cluster.close());
  backendConformance({
    test,
    awkwardSpaces: ["{a}", "{", "{}", "}{", "*", ":a"],
    open: async (prefix) =>
      redis({ client: await kept(open(cluster.nodes.map(({ port }) => port))), prefix }),
  });
});
