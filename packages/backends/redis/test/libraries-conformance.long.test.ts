import { backendConformance } from "@hitbox/conformance";
import {
  type RedisClusterServers,
  type RedisServer,
  startRedis,
  startRedisCluster,
} from "@hitbox/test-servers";
import { quickly } from "@hitbox/test-support";
import { afterAll, beforeAll, describe, test } from "vitest";
import { redis } from "../src/index.ts";
import { LIBRARIES, type Opened } from "./libraries.ts";

// CI leaves out iovalkey, whose code is ioredis', and `npm run test:long` runs all.
const PLAYED = quickly(LIBRARIES, 1);

// One client for all cases of a suite, as a service has it: each case has a prefix of its own.

describe.each(PLAYED)("$library", ({ server: open }) => {
  let server: RedisServer;
  let opened: Opened;
  beforeAll(async () => {
    server = await startRedis();
    opened = await open(server.port);
  });
  afterAll(async () => {
    opened.close();
    await server.close();
  });
  backendConformance({
    test,
    awkwardSpaces: [":a", "*", "?", "[a]", "\\*", " ", "é", "{a}"],
    open: async (prefix) => redis({ client: opened.client, prefix, timeout: 20_000 }),
  });
});

describe.each(LIBRARIES.slice(-1))("$library with coherence", ({ server: open }) => {
  let server: RedisServer;
  let opened: Opened;
  beforeAll(async () => {
    server = await startRedis();
    opened = await open(server.port);
  });
  afterAll(async () => {
    opened.close();
    await server.close();
  });
  backendConformance({
    test,
    open: async (prefix) => redis({ client: opened.client, prefix, timeout: 20_000, coherence: "tracking" }),
  });
});

describe.each(PLAYED)("$library in a cluster", ({ cluster: open }) => {
  let cluster: RedisClusterServers;
  let opened: Opened;
  beforeAll(async () => {
    cluster = await startRedisCluster();
    opened = await open(cluster.nodes.map(({ port }) => port));
  });
  afterAll(async () => {
    opened.close();
    await cluster.close();
  });
  backendConformance({
    test,
    awkwardSpaces: ["{a}", "{", "{}", "}{", "*", ":a"],
    open: async (prefix) => redis({ client: opened.client, prefix, timeout: 20_000 }),
  });
});
