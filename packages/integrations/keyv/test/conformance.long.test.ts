import { backendConformance } from "@hitbox/conformance";
import {
  type Memcached,
  type Postgres,
  type RedisServer,
  startMemcached,
  startPostgres,
  startRedis,
} from "@hitbox/test-servers";
import KeyvMemcache from "@keyv/memcache";
import KeyvPostgres from "@keyv/postgres";
import KeyvRedis from "@keyv/redis";
import Keyv from "keyv";
import { afterAll, beforeAll, describe, test } from "vitest";
import { fromKeyv } from "../src/index.ts";

const DAYS = 24 * 60 * 60_000;

let redis: RedisServer;
let memcached: Memcached;
let postgres: Postgres;
let overRedis: Keyv;
let overMemcached: Keyv;
let overPostgres: Keyv;

beforeAll(async () => {
  [redis, memcached, postgres] = await Promise.all([startRedis(), startMemcached(), startPostgres()]);
  overRedis = new Keyv({ store: new KeyvRedis(redis.url), throwOnErrors: true });
  overPostgres = new Keyv({ store: new KeyvPostgres({ uri: postgres.url }), throwOnErrors: true });
  overMemcached = new Keyv({ store: new KeyvMemcache(memcached.address), throwOnErrors: true });
});
afterAll(async () => {
  await Promise.all([overRedis.disconnect(), overPostgres.disconnect()]);
  (overMemcached.store as KeyvMemcache).client.close();
  await Promise.all([redis.close(), memcached.close(), postgres.close()]);
});

const remote = { shared: true, persistent: true, timeout: 20_000 };

describe("@keyv/redis", () => {
  backendConformance({ test, open: (prefix) => fromKeyv(overRedis, { ...remote, prefix }) });
});

describe("@keyv/postgres", () => {
  backendConformance({ test, open: (prefix) => fromKeyv(overPostgres, { ...remote, prefix }) });
});

describe("@keyv/memcache", () => {
  const limits = { maxTtl: 30 * DAYS, maxValueBytes: 1_000_000 };
  backendConformance({ test, open: (prefix) => fromKeyv(overMemcached, { ...remote, ...limits, prefix }) });
});
