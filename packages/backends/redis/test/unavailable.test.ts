import { cacheBackend, cacheValue } from "@hitbox/core";
import { freePort, type RedisServer, redisCommand, startRedis } from "@hitbox/test-servers";
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { redis } from "../src/index.ts";
import { CLIENTS, failureOf, until } from "./support.ts";

describe.each(CLIENTS)("a server that answers but cannot serve, $version", ({ Redis }) => {
  let server: RedisServer;
  let client: InstanceType<typeof Redis>;
  let cache: ReturnType<typeof cacheBackend>;
  beforeEach(async () => {
    server = await startRedis();
    client = new Redis(server.port);
    cache = cacheBackend(redis({ client }));
    await cache.set("key", cacheValue("value"));
  });
  afterEach(async () => {
    client.disconnect();
    await server.close();
  });

  it("is unavailable while it runs a long script", async () => {
    await client.config("SET", "busy-reply-threshold", "20");
    const other = new Redis(server.port);
    const script = other.eval("while true do end", 0).catch(() => {});
    await until(
      async () => (await failureOf(() => cache.get("key")).catch(() => undefined))?.code === "unavailable",
    );
    await client.script("KILL");
    await script;
    expect((await cache.get("key"))?.data).toBe("value");
    other.disconnect();
  });

  it("is unavailable as a replica without its master", async () => {
    await client.config("SET", "replica-serve-stale-data", "no");
    await client.replicaof("127.0.0.1", await freePort());
    expect((await failureOf(() => cache.get("key"))).code).toBe("unavailable");
    expect((await failureOf(() => cache.set("key", cacheValue("new")))).code).toBe("unavailable");
    await client.replicaof("NO", "ONE");
    expect((await cache.get("key"))?.data).toBe("value");
  });
});

it("a server that a client of ours has left is the reason why later operations fail", async () => {
  const server = await startRedis();
  onTestFinished(() => server.close());
  const cache = cacheBackend(redis({ url: server.url }));
  await cache.set("key", cacheValue("value"));
  await redisCommand(server.port, "CONFIG", "SET", "replica-serve-stale-data", "no");
  await redisCommand(server.port, "REPLICAOF", "127.0.0.1", await freePort());
  for (let round = 0; round < 20; round++) {
    const { code, error } = await failureOf(() => cache.get("key"));
    expect([code, error.message]).toEqual(["unavailable", expect.stringContaining("MASTERDOWN")]);
  }
  await cache.close();
});

it("a node of a cluster that is opened as one server says so", async () => {
  const server = await startRedis({ args: ["--cluster-enabled", "yes"] });
  onTestFinished(() => server.close());
  await redisCommand(server.port, "CLUSTER", "ADDSLOTSRANGE", "0", "8191");
  const cache = cacheBackend(redis({ url: server.url }));
  const messageOf = async (read: () => unknown) => (await failureOf(read)).error.message;
  expect(await messageOf(() => cache.getMany(["foo", "bar", "baz"]))).toMatch(
    /CROSSSLOT .*The server is a node of a cluster: open it by `cluster`/,
  );
  await cache.close();
});
