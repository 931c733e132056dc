import {
  ADAPTER_OPTIONS,
  type AdapterOptions,
  adapterParts,
  type Backend,
  checkInteger,
  checkKnown,
  checkLimit,
  checkOption,
  json,
  systemClock,
} from "@hitbox/core";
import { checkCoherence, coherenceBy, FROM_MASTERS, type RedisCoherence } from "./coherence/coherence.ts";
import { openCluster, type RedisClusterOptions } from "./open-cluster.ts";
import { openSentinel, openUrl, type RedisSentinelOptions, type RedisUrlOptions } from "./open-server.ts";
import { OwnClient } from "./own-client.ts";
import { keyspace } from "./prefix.ts";
import { RedisBackend, type RedisSettings } from "./redis-backend.ts";
import { isCluster, isRedisClient, type RedisClient } from "./redis-client.ts";
import { RedisClusterBackend } from "./redis-cluster-backend.ts";

export interface RedisCommonOptions extends AdapterOptions {
  /** First part of every key in Redis: `<prefix>::<key>`. No "::" in it, no ":" at its end. Default: "hitbox". */
  readonly prefix?: string | undefined;
  /**
   * Deadline of every operation, in milliseconds: it has answered or failed by then. `clear` takes as many commands as
   * there are keys to look at, each with this deadline: it takes as long as it takes, and hangs in none. Default: 1,000.
   */
  readonly timeout?: number | undefined;
  /** Longest payload, in bytes. Default: 511 MiB; Redis takes strings of 512 MiB, and metadata needs room. */
  readonly maxValueBytes?: number | undefined;
  /** Epoch milliseconds, to turn `expiresAt` into a time to live. Default: `Date.now`. */
  readonly now?: (() => number) | undefined;
  /** How changes by others are heard, so that a first tier drops its copies. Default: not at all. */
  readonly coherence?: RedisCoherence["by"] | RedisCoherence | undefined;
}

/** A client of the caller's. */
export interface RedisClientOptions {
  /** An ioredis `Redis` or `Cluster` (5 or 6). It stays the caller's: never closed, never reconfigured. */
  readonly client: RedisClient;
}

/** A client of the caller's, or where to connect to. */
export type RedisOptions = RedisCommonOptions &
  (RedisClientOptions | RedisUrlOptions | RedisClusterOptions | RedisSentinelOptions);

const COMMON = [...ADAPTER_OPTIONS, "prefix", "timeout", "maxValueBytes", "now", "coherence"];
const LOGIN = ["username", "password", "tls"];

/** The ways to say where Redis is, each with the options that go with it. */
const WAYS = {
  client: [],
  url: [...LOGIN, "database"],
  cluster: [...LOGIN, "readFrom"],
  sentinels: [...LOGIN, "database", "name"],
} as const;
type Way = keyof typeof WAYS;

const MIB = 1024 * 1024;

/**
 * A tier in Redis: one string value for each entry, expired by the server. Operations settle within `timeout`,
 * whatever the client's settings, and fail at once while there is no connection.
 *
 * @throws TypeError for an option that is unknown or wrong.
 * @example
 * const tier = redis({ url: "redis://localhost:6379", prefix: "shop" });
 */
export function redis(options: RedisOptions): Backend {
  checkOption(typeof options === "object" && options !== null, "options", options, "must be an object");
  const way = wayOf(options);
  checkKnown("redis", options, [...COMMON, ...Object.keys(WAYS), ...WAYS[way]]);
  const { prefix = "hitbox", timeout = 1_000, maxValueBytes = 511 * MIB, now = systemClock } = options;
  const coherence = checkCoherence(options.coherence, topologyOf(way, options));
  if (coherence !== undefined) checkReads(options);
  const parts = adapterParts(options, { label: "redis", format: json(), stores: "bytes" });
  const settings = {
    parts,
    keyspace: keyspace(prefix),
    maxValueBytes: checkLimit("maxValueBytes", maxValueBytes),
    now,
    timeout: checkInteger("timeout", timeout, 1, 2 ** 31 - 1),
    coherence: coherence && coherenceBy(coherence),
  };
  checkOption(typeof now === "function", "now", now, "must be a function");
  if (way === "client") return fromClient(settings, options as RedisClientOptions);
  const own = new OwnClient(OPEN[way](options as never, timeout), timeout);
  return way === "cluster" ? new RedisClusterBackend(settings, own) : new RedisBackend(settings, own);
}

const OPEN = { url: openUrl, cluster: openCluster, sentinels: openSentinel };

function wayOf(options: Partial<Record<Way, unknown>>): Way {
  const given = (Object.keys(WAYS) as Way[]).filter((way) => options[way] !== undefined);
  const rule = "or url, cluster or sentinels must be given, and one of them only";
  checkOption(given.length === 1, "client", options.client, rule);
  return given[0] as Way;
}

function topologyOf(way: Way, options: object): "server" | "cluster" {
  const { client } = options as Partial<RedisClientOptions>;
  if (way === "cluster") return "cluster";
  return isRedisClient(client) && isCluster(client) ? "cluster" : "server";
}

function checkReads(options: object): void {
  const { readFrom = "masters" } = options as Partial<RedisClusterOptions>;
  checkOption(readFrom === "masters", "readFrom", readFrom, FROM_MASTERS);
}

function fromClient(settings: RedisSettings, { client }: RedisClientOptions): Backend {
  checkOption(isRedisClient(client), "client", client, "must be an ioredis client");
  return isCluster(client) ? new RedisClusterBackend(settings, client) : new RedisBackend(settings, client);
}
