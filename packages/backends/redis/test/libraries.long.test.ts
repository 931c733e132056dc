import { type Backend, BackendError } from "@hitbox/core";
import {
  type RedisClusterServers,
  type RedisServer,
  redisCommand,
  startRedis,
  startRedisCluster,
} from "@hitbox/test-servers";
import { createClient } from "node-redis6";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type RedisWarning, redis } from "../src/index.ts";
import { Notes } from "./coherence/support.ts";
import { LIBRARIES, type Opened } from "./libraries.ts";
import {
  AT_ONCE,
  entry,
  FAR_DEADLINE,
  failureOf,
  freshPrefix,
  SLACK,
  succeeds,
  textOf,
  until,
} from "./support.ts";

const TIMEOUT = 300;

let opened: (Opened | { close(): unknown })[] = [];
afterEach(async () => {
  for (const one of opened.toReversed()) await one.close();
  opened = [];
});

async function open(opening: Promise<Opened>, options: object = {}): Promise<Required<Backend>> {
  const one = await opening;
  const backend = redis({ client: one.client, timeout: TIMEOUT, ...options }) as Required<Backend>;
  opened.push(one, { close: () => backend.close() });
  return backend;
}

async function failure(run: () => unknown, tier: Backend): Promise<{ code: string | undefined; ms: number }> {
  const start = performance.now();
  try {
    await run();
  } catch (error) {
    const code = BackendError.is(error) ? error.code : tier.classify?.(error);
    return { code, ms: performance.now() - start };
  }
  throw new Error("expected a failure");
}

describe.each(LIBRARIES)("a client of $library", ({ server: connect }) => {
  let server: RedisServer;
  beforeEach(async () => {
    server = await startRedis();
  });
  afterEach(() => server.close());

  const operations = (tier: Required<Backend>): (() => unknown)[] => [
    () => tier.read("key"),
    () => tier.readMany(["a", "b"]),
    () => tier.write("key", entry("lost")),
    () => tier.writeMany([["a", entry("lost", { expiresAt: Date.now() + 60_000 })]]),
    () => tier.remove("key"),
    () => tier.lease("key", 1_000),
    () => tier.clear(),
  ];

  it("fails at once while the server is away, and is served soon after", async () => {
    const tier = await open(connect(server.port));
    await tier.write("key", entry("before"));
    await server.kill();
    await until(async () => (await failure(() => tier.read("key"), tier)).code === "connection");
    for (const run of operations(tier)) {
      const { code, ms } = await failure(run, tier);
      expect(code).toMatch(/connection|closed/);
      expect(ms).toBeLessThan(SLACK);
    }
    await server.restart();
    expect(await until(succeeds(() => tier.write("other", entry("after"))))).toBeLessThan(AT_ONCE);
    expect((await tier.readMany(["key", "a", "other"])).map(textOf)).toEqual([undefined, undefined, "after"]);
  });

  it("fails at the deadline while the server is silent, and is served after that", async () => {
    const tier = await open(connect(server.port));
    await tier.write("key", entry("before"));
    server.stop();
    const failures = await Promise.all(operations(tier).map((run) => failure(run, tier)));
    for (const { code, ms } of failures) {
      expect(code).toBe("timeout");
      expect(ms).toBeGreaterThan(TIMEOUT / 2);
      expect(ms).toBeLessThan(TIMEOUT + SLACK);
    }
    server.resume();
    expect(await until(succeeds(() => tier.write("other", entry("after"))))).toBeLessThan(AT_ONCE);
  });

  it("gives a lease to one process, and a delete voids the fence", async () => {
    const [one, two] = [await open(connect(server.port)), await open(connect(server.port))];
    const { fence, granted } = await one.lease("key", 5_000);
    expect([granted, (await two.lease("key", 5_000)).granted]).toEqual([true, false]);
    expect(await one.writeFenced("key", entry("1"), fence)).toBe(true);
    const second = await one.lease("key", 5_000);
    await two.remove("key");
    expect(await one.writeFenced("key", entry("2"), second.fence)).toBe(false);
  });

  it.each(["tracking", "bus"] as const)("hears changes by %s, through gaps", async (coherence) => {
    const settings = { prefix: freshPrefix(), coherence: { by: coherence, heartbeat: 200 } };
    const [mine, other] = [
      await open(connect(server.port), settings),
      await open(connect(server.port), settings),
    ];
    const notes = new Notes();
    const stop = mine.watch(notes);
    await notes.up();
    await other.write("a", entry("1"));
    await other.remove("a");
    await until(() => notes.count("a") === 2);
    await redisCommand(server.port, "CLIENT", "KILL", "TYPE", "pubsub");
    await until(() => notes.count("<lost>") === 1 && notes.isUp);
    await redisCommand(server.port, "CLIENT", "KILL", "TYPE", "normal");
    await until(() => notes.count("<lost>") === 2 && notes.isUp);
    await until(succeeds(() => other.write("b", entry("1"))));
    await until(() => notes.count("b") > 0);
    if (coherence === "tracking") {
      await redisCommand(server.port, "FLUSHALL");
      await until(() => notes.count("<lost>") === 3 && notes.isUp);
    }
    stop();
    await until(async () => !(await redisCommand(server.port, "CLIENT", "LIST")).includes("sub=1"));
  });

  it("fails every operation at once after its owner has closed it", async () => {
    const one = await connect(server.port);
    const tier = redis({ client: one.client, timeout: FAR_DEADLINE }) as Required<Backend>;
    await tier.write("key", entry("value"));
    one.close();
    await until(async () => (await failure(() => tier.read("key"), tier)).code === "connection");
    expect((await failure(() => tier.read("key"), tier)).ms).toBeLessThan(AT_ONCE);
  });
});

describe("a client of node-redis", () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.close());

  it("is not connected by us: operations wait for its owner, within the deadline", async () => {
    const client = createClient({ url: server.url });
    client.on("error", () => {});
    const tier = redis({ client, timeout: TIMEOUT }) as Required<Backend>;
    const error = await Promise.resolve(tier.read("key")).catch((reason: Error) => reason);
    expect((error as Error).message).toContain("call connect() of the client");
    const waiting = tier.write("key", entry("value"));
    await client.connect();
    await waiting;
    expect(textOf(await tier.read("key"))).toBe("value");
    client.destroy();
  });

  it("keeps its prefix, in a clear too", async () => {
    const client = createClient({ url: server.url, keyPrefix: "app:" });
    await client.connect();
    const tier = redis({ client, prefix: "shop", coherence: "tracking" }) as Required<Backend>;
    const notes = new Notes();
    tier.watch(notes);
    await notes.up();
    await tier.write("key", entry("value"));
    expect(await redisCommand(server.port, "EXISTS", "app:shop::key")).toBe("1");
    await redisCommand(server.port, "SET", "app:shop::key", "1");
    await until(() => notes.count("key") > 0);
    await redisCommand(server.port, "SET", "shop::key", "1");
    await tier.clear();
    expect(await redisCommand(server.port, "EXISTS", "app:shop::key", "shop::key")).toBe("1");
    await tier.close();
    client.destroy();
  });

  it("says which right is missing", async () => {
    await redisCommand(
      server.port,
      "ACL",
      "SETUSER",
      "user",
      "reset",
      "on",
      ">secret",
      "~*",
      "+@all",
      "-evalsha",
    );
    const client = createClient({ url: server.url, username: "user", password: "secret" });
    await client.connect();
    const warnings: RedisWarning[] = [];
    const tier = redis({ client, onWarning: (warning) => warnings.push(warning) }) as Required<Backend>;
    const { code, error } = await failureOf(() => tier.lease("key", 1_000));
    expect([code, error.message]).toEqual(["unsupported", expect.stringContaining("'evalsha'")]);
    expect(warnings).toHaveLength(1);
    client.destroy();
  });
});

describe.each(LIBRARIES)("a cluster client of $library", ({ cluster: connect }) => {
  let cluster: RedisClusterServers;
  beforeEach(async () => {
    cluster = await startRedisCluster();
  });
  afterEach(() => cluster.close());

  const KEYS = Array.from({ length: 30 }, (_, index) => `key${index}`);
  const ports = (): number[] => cluster.nodes.map(({ port }) => port);

  it("serves the keys of other nodes while one is away, and all keys after a failover", async () => {
    const tier = await open(connect(ports()), { timeout: 1_000 });
    await tier.writeMany(KEYS.map((key) => [key, entry(key)] as const));
    const [master] = cluster.nodes;
    await master?.kill();
    const served = async (): Promise<number> =>
      (await tier.readMany(KEYS)).filter((stored) => stored !== undefined && !(stored instanceof Error))
        .length;
    expect(await served()).toBeGreaterThan(5);
    await until(async () => (await served()) === KEYS.length);
    await tier.writeMany(KEYS.map((key) => [key, entry(`${key}!`)] as const));
    expect((await tier.readMany(KEYS)).map(textOf)).toEqual(KEYS.map((key) => `${key}!`));
  });

  it("hears changes on the bus, and clears every node", async () => {
    const settings = { prefix: "shop", coherence: "bus", timeout: 1_000 };
    const [mine, other] = [await open(connect(ports()), settings), await open(connect(ports()), settings)];
    const notes = new Notes();
    mine.watch(notes);
    await notes.up();
    await other.writeMany(KEYS.map((key) => [key, entry(key)] as const));
    await until(() => KEYS.every((key) => notes.count(key) > 0));
    await other.clear();
    expect(await mine.readMany(KEYS)).toEqual(KEYS.map(() => undefined));
  });
});
