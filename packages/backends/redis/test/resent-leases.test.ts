import { type CacheBackend, cacheBackend, cacheValue, FENCE_MS } from "@hitbox/core";
import { type RedisServer, startProxy, startRedis, type TcpProxy } from "@hitbox/test-servers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { redis } from "../src/index.ts";
import { CLIENTS } from "./support.ts";

// By default ioredis sends a command once more whose reply was lost with the connection: the server has
// executed it.
describe.each(CLIENTS)("what is executed twice, $version", ({ Redis }) => {
  let server: RedisServer;
  let proxy: TcpProxy;
  let client: InstanceType<typeof Redis>;
  let cache: CacheBackend;

  beforeEach(async () => {
    server = await startRedis();
    proxy = await startProxy(server.port);
    client = new Redis({ port: proxy.port, retryStrategy: () => 10 });
    client.on("error", () => {});
    cache = cacheBackend(redis({ client, timeout: 5_000 }));
    // From here on the server knows the scripts.
    const { fence } = await cache.lease("first", FENCE_MS);
    await cache.setFenced("first", cacheValue("value"), fence);
  });
  afterEach(async () => {
    client.disconnect();
    await proxy.close();
    await server.close();
  });

  it("a fenced set was done, if it was", async () => {
    const { fence } = await cache.lease("key", FENCE_MS);
    proxy.cutNext();
    expect(await cache.setFenced("key", cacheValue("loaded", { ttl: 60_000 }), fence)).toBe(true);
    expect(await cache.setFenced("key", cacheValue("another"), fence)).toBe(false);
    expect((await cache.get("key"))?.data).toBe("loaded");
  });

  it.each(["missing", "there"])("a lease is granted, if it was, where the entry is %s", async (entry) => {
    if (entry === "there") await cache.set("key", cacheValue("value"));
    proxy.cutNext();
    const { fence, granted } = await cache.lease("key", FENCE_MS);
    expect(granted).toBe(true);
    expect((await cache.lease("key", FENCE_MS)).granted).toBe(false);
    expect(await cache.setFenced("key", cacheValue("loaded"), fence)).toBe(true);
  });
});
