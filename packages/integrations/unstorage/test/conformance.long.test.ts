import { backendConformance } from "@hitbox/conformance";
import { type RedisServer, startRedis } from "@hitbox/test-servers";
import redisDriver from "unstorage/drivers/redis";
import redisDriver2 from "unstorage-2/drivers/redis";
import { afterAll, beforeAll, describe, test } from "vitest";
import { type DriverLike, fromUnstorage } from "../src/index.ts";

type Disposable = DriverLike & { dispose?(): unknown };
type Row = readonly [name: string, open: (url: string) => Disposable];

const DRIVERS: readonly Row[] = [
  ["redis", (url) => redisDriver({ url, base: "own:" })],
  ["redis of unstorage 2", (url) => redisDriver2({ url, base: "two:" })],
];

let redis: RedisServer;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.close());

describe.each(DRIVERS)("%s", (_, open) => {
  let driver: Disposable;
  beforeAll(() => {
    driver = open(redis.url);
  });
  afterAll(() => driver.dispose?.());
  const options = { shared: true, persistent: true, timeout: 20_000 };
  backendConformance({ test, open: (prefix) => fromUnstorage(driver, { ...options, prefix }) });
});
