import { cacheBackend, cacheValue } from "@hitbox/core";
import { freePort, type RedisServer, startRedis } from "@hitbox/test-servers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
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
