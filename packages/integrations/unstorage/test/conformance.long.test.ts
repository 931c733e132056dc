import { backendConformance } from "@hitbox/conformance";
import { type RedisServer, startRedis } from "@hitbox/test-servers";
import redisDriver from "unstorage/drivers/redis";
import { afterAll, beforeAll, test } from "vitest";
import { fromUnstorage } from "../src/index.ts";

let redis: RedisServer;
let driver: ReturnType<typeof redisDriver>;

beforeAll(async () => {
  redis = await startRedis();
  driver = redisDriver({ url: redis.url, base: "own:" });
});
afterAll(async () => {
  await driver.dispose?.();
  await redis.close();
});

const options = { shared: true, persistent: true, timeout: 20_000 };
backendConformance({ test, open: (prefix) => fromUnstorage(driver, { ...options, prefix }) });
