import { setTimeout as wait } from "node:timers/promises";
import { createCache } from "@hitbox/cache";
import { redis } from "@hitbox/redis";
import { type RedisServer, startRedis } from "@hitbox/test-servers";
import { until } from "@hitbox/test-support";
import { afterAll, beforeAll, expect, it } from "vitest";
import { gate } from "./support/gate.ts";

let server: RedisServer;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.close());

it("a refresh ahead that ends after the value that it replaces is stored", async () => {
  const ttl = 4_000;
  const cache = createCache({
    backend: redis({ url: server.url, timeout: 20_000 }),
    ttl,
    refreshAhead: 0.25,
    lease: "1m",
  });
  const start = Date.now();
  await cache.set("row", "old");
  // Past the age at which a refresh begins, and with most of the time left for a busy machine to be late.
  await wait(ttl / 3);
  const loading = gate<string>();
  const begun = Date.now();
  expect(await cache.getOrSet("row", () => loading.opened)).toBe("old");
  await until(() => Date.now() > start + ttl + 100);
  loading.open("new");
  await cache.getOrSet("other", () => 1);
  const answer = await cache.getOrSet("row", () => "loaded again");
  // On a machine that is so busy that the new value is stale too, another load is right.
  if (Date.now() < begun + ttl) expect(answer).toBe("new");
  await cache.close();
});
