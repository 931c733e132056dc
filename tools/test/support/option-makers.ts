import * as cache from "@hitbox/cache";
import { testCache } from "@hitbox/cache/testing";
import { cbor } from "@hitbox/cbor";
import * as composition from "@hitbox/composition";
import * as conformance from "@hitbox/conformance";
import * as core from "@hitbox/core";
import { asTier } from "@hitbox/core/tier";
import { dashboard, serveDashboard } from "@hitbox/dashboard";
import * as dynamodb from "@hitbox/dynamodb";
import { fromKeyv, toKeyv } from "@hitbox/keyv";
import { lmdb } from "@hitbox/lmdb";
import { memcached } from "@hitbox/memcached";
import { memory } from "@hitbox/memory";
import * as mysql from "@hitbox/mysql";
import * as opentelemetry from "@hitbox/opentelemetry";
import * as postgres from "@hitbox/postgres";
import { prometheus } from "@hitbox/prometheus";
import { recorder } from "@hitbox/recorder";
import { redis } from "@hitbox/redis";
import { s3 } from "@hitbox/s3";
import { sqlite } from "@hitbox/sqlite";
import { fromUnstorage, toUnstorage } from "@hitbox/unstorage";
import * as wrappers from "@hitbox/wrappers";
import { zstd } from "@hitbox/zstd";
import { createProject } from "../../../packages/kits/create-hitbox-backend/src/index.ts";

/** Gives a bag of options to the function that takes it. Nothing is opened or written for a wrong one. */
export type Make = (bag: never) => unknown;

const near = (): ReturnType<typeof memory> => memory({ maxEntries: 10 });
const users = cache.createCache({ backend: near(), ttl: 1_000 });
const user = users.entity<number, string>({ prefix: "user" });
const store = {
  label: "s",
  shared: false,
  persistent: false,
  expiry: "none",
  get() {},
  set() {},
  delete() {},
};
const url = "redis://localhost:1";
const sql = "://localhost:1/shop";
const s3Keys = { accessKeyId: "a", secretAccessKey: "b" };
const own = { name: "a", is: () => false, encode: () => "", decode: () => "" };
const first = async (list: AsyncIterable<unknown>): Promise<unknown> => list[Symbol.asyncIterator]().next();

const CACHE: Readonly<Record<string, Make>> = {
  "Cache.getOrSet": (bag) => users.getOrSet("a", () => 1, bag),
  "Cache.getOrSetMany": (bag) => users.getOrSetMany(["a"], () => [1], bag),
  "Cache.lookup": (bag) => users.lookup("a", () => 1, bag),
  "Cache.set": (bag) => users.set("a", 1, bag),
  "Cache.setMany": (bag) => users.setMany([["a", 1]], bag),
  "Cache.wrap": (bag) => users.wrap(() => 1, bag),
  "Cache.entity": (bag) => users.entity(bag),
  "Cache.namespace": (bag) => users.namespace("a", bag),
  "Cache.keys": (bag) => first(users.keys(bag)),
  "Entity.getOrSet": (bag) => user.getOrSet("a", () => 1, bag),
  "Entity.getOrSetMany": (bag) => user.getOrSetMany(["a"], () => [1], bag),
  "Entity.lookup": (bag) => user.lookup("a", () => 1, bag),
  "Entity.set": (bag) => user.set("a", 1, bag),
  "Entity.setMany": (bag) => user.setMany([["a", 1]], bag),
  "Entity.keys": (bag) => first(user.keys(bag)),
  cacheStatus: (bag) => cache.cacheStatus({} as never, bag),
  checked: (bag) => cache.checked(users, bag),
  createCache: (bag) => cache.createCache(bag),
  testCache: (bag) => testCache(bag),
};

const ENGINE: Readonly<Record<string, Make>> = {
  compose: (bag) => composition.compose(near(), near(), bag),
  "compose.whenLost": (bag) => composition.compose(near(), near(), { whenLost: bag }),
  hedged: (bag) => composition.hedged(bag),
  offload: (bag) => composition.offload(bag),
  "offload.timeout": (bag) => composition.offload({ timeout: bag }),
  race: (bag) => composition.race(bag),
  raceWrite: (bag) => composition.raceWrite(bag),
  tier: (bag) => composition.tier(near(), bag),
  "CacheBackend.keys": (bag) => first(core.cacheBackend(near()).keys(bag)),
  brotli: (bag) => core.brotli(bag),
  cacheBackend: (bag) => core.cacheBackend(near(), bag),
  asTier: (bag) => asTier(near(), bag),
  cacheKey: (bag) => core.cacheKey("a", {}, bag),
  cacheValue: (bag) => core.cacheValue(1, bag),
  gzip: (bag) => core.gzip(bag),
  json: (bag) => core.json(bag),
  typedJson: (bag) => core.typedJson(bag),
  "typedJson.types": (bag) => core.typedJson({ types: [{ ...own, ...(bag as object) }] }),
  "storeBackend.keys": (bag) => core.storeBackend({ ...store, keys: bag } as never),
  circuitBreaker: (bag) => wrappers.circuitBreaker(near(), bag),
  deadline: (bag) => wrappers.deadline(near(), bag),
  retry: (bag) => wrappers.retry(near(), bag),
  "retry.backoff": (bag) => wrappers.retry(near(), { backoff: bag }),
  shadow: (bag) => wrappers.shadow(near(), near(), bag),
  switchable: (bag) => wrappers.switchable(near(), bag),
};

const BACKENDS: Readonly<Record<string, Make>> = {
  dynamodb: (bag) => dynamodb.dynamodb(bag),
  "dynamodb createTable": (bag) => dynamodb.createTable({ config: { region() {} }, send() {} } as never, bag),
  lmdb: (bag) => lmdb(bag),
  memcached: (bag) => memcached(bag),
  "memcached.tls": (bag) => memcached({ servers: ["localhost:1"], tls: bag }),
  memory: (bag) => memory(bag),
  mysql: (bag) => mysql.mysql(bag),
  "mysql.tls": (bag) => mysql.mysql({ url: `mysql${sql}`, tls: bag }),
  "mysql createTable": (bag) => mysql.createTable(bag),
  "mysql createTable.tls": (bag) => mysql.createTable({ url: `mysql${sql}`, tls: bag }),
  postgres: (bag) => postgres.postgres(bag),
  "postgres.coherence": (bag) => postgres.postgres({ url: `postgres${sql}`, coherence: bag }),
  "postgres createTable": (bag) => postgres.createTable(bag),
  redis: (bag) => redis(bag),
  "redis.coherence": (bag) => redis({ url, coherence: bag }),
  "redis.tls": (bag) => redis({ url: "rediss://localhost:1", tls: bag }),
  "redis.redisOptions": (bag) => redis({ url, redisOptions: bag }),
  "redis.natMap": (bag) => redis({ cluster: [url], natMap: { "a:1": bag } }),
  s3: (bag) => s3(bag),
  "s3.credentials": (bag) => s3({ bucket: "cache", credentials: { ...s3Keys, ...(bag as object) } }),
  sqlite: (bag) => sqlite(bag),
};

const AROUND: Readonly<Record<string, Make>> = {
  cbor: (bag) => cbor(bag),
  zstd: (bag) => zstd(bag),
  fromKeyv: (bag) => fromKeyv({} as never, bag),
  toKeyv: (bag) => toKeyv(near(), bag),
  fromUnstorage: (bag) => fromUnstorage({} as never, bag),
  toUnstorage: (bag) => toUnstorage(near(), bag),
  openTelemetry: (bag) => opentelemetry.openTelemetry(bag),
  openTelemetryTraces: (bag) => opentelemetry.openTelemetryTraces(bag),
  prometheus: (bag) => prometheus(bag),
  recorder: (bag) => recorder(bag),
  dashboard: (bag) => dashboard(bag),
  serveDashboard: (bag) => serveDashboard(bag),
  backendConformance: (bag) => conformance.backendConformance(bag),
  "backendConformance.raw": (bag) =>
    conformance.backendConformance({ test: () => {}, open: (() => {}) as never, raw: bag }),
  compressorConformance: (bag) => conformance.compressorConformance(bag),
  formatConformance: (bag) => conformance.formatConformance(bag),
  faulty: (bag) => conformance.faulty(near(), bag),
  "faulty.chance": (bag) => conformance.faulty(near(), { chance: bag }),
  "faulty.script": (bag) => conformance.faulty(near(), { script: [bag] }),
  createProject: (bag) => createProject(bag),
};

/** By the paths of the bags; the package comes first if several have a function of the name. */
export const MAKERS: Readonly<Record<string, Make>> = { ...CACHE, ...ENGINE, ...BACKENDS, ...AROUND };
