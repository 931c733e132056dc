import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { type CacheBackend, cacheBackend, cacheValue } from "@hitbox/core";
import { type RedisServer, redisCommand, startRedis } from "@hitbox/test-servers";
import { createClient as createClient5 } from "node-redis5";
import { createClient as createClient6 } from "node-redis6";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type RedisClient, redis } from "../src/index.ts";
import { CLIENTS, failureOf, succeeds, until } from "./support.ts";
import { type SwitchingProxy, startSwitchingProxy } from "./switching-proxy.ts";

let old: RedisServer;
let next: RedisServer;
let proxy: SwitchingProxy;
let closing: (() => unknown)[];
beforeEach(async () => {
  [old, next] = await Promise.all([startRedis(), startRedis()]);
  proxy = await startSwitchingProxy(old.port);
  closing = [];
});
afterEach(async () => {
  for (const close of closing) await close();
  await proxy.close();
  await Promise.all([old.close(), next.close()]);
});

/** The old master refuses a write. The next writes reach the new master. */
async function followsFailover(client: RedisClient): Promise<void> {
  const cache: CacheBackend = cacheBackend(redis({ client, prefix: "shop" }));
  await cache.set("before", cacheValue(1));
  proxy.lead(next.port);
  await redisCommand(old.port, "REPLICAOF", "127.0.0.1", next.port);
  const { code, error } = await failureOf(() => cache.set("key", cacheValue(2)));
  expect([code, error.message]).toEqual(["unavailable", expect.stringContaining("READONLY")]);
  await until(succeeds(() => cache.set("key", cacheValue(3))));
  expect(await redisCommand(next.port, "EXISTS", "shop::key")).toBe("1");
}

describe("after a failover behind one name, with the settings in the README,", () => {
  it.each(CLIENTS)("a client of $version follows it", async ({ Redis }) => {
    const reconnectOnError = (error: Error): boolean => error.message.startsWith("READONLY");
    const client = new Redis(proxy.port, { reconnectOnError });
    client.on("error", () => {});
    closing.push(() => client.disconnect());
    await followsFailover(client);
  });

  it.each([
    ["node-redis 5", createClient5 as unknown as typeof createClient6],
    ["node-redis 6", createClient6],
  ])("a client of %s follows it", async (_, createClient) => {
    const client = createClient({ url: proxy.url });
    client.on("error", () => {});
    await client.connect();
    const written = (message: unknown): void => {
      const { error } = message as { error?: Error };
      if (!client.isReady || !error?.message.includes("READONLY")) return;
      client.destroy();
      client.connect().catch(() => {});
    };
    subscribe("hitbox:backend:write", written);
    closing.push(
      () => unsubscribe("hitbox:backend:write", written),
      () => client.destroy(),
    );
    await followsFailover(client as unknown as RedisClient);
  });
});
