import {
  ADAPTER_OPTIONS,
  type AdapterOptions,
  adapterParts,
  type Backend,
  checkKnown,
  checkLimit,
  checkMilliseconds,
  checkOption,
  systemClock,
  typedJson,
} from "@hitbox/core";
import { wholeClock } from "@hitbox/core/tier";
import type { RedisCoherence } from "./coherence/coherence.ts";
import { checkCoherence, coherenceBy } from "./coherence/coherence-option.ts";
import { portOf, type RedisClient } from "./connection/client.ts";
import { Connection } from "./connection/connection.ts";
import { openCluster, type RedisClusterOptions } from "./connection/own/open-cluster.ts";
import { openSentinel, type RedisSentinelOptions } from "./connection/own/open-sentinel.ts";
import { openUrl, type RedisUrlOptions } from "./connection/own/open-url.ts";
import { OwnClient } from "./connection/own/own-client.ts";
import { replyLimits } from "./connection/replies/reply-limits.ts";
import { Warnings } from "./connection/warnings.ts";
import { keyspace } from "./entries/keyspace.ts";
import { RedisBackend, type RedisSettings } from "./entries/redis-backend.ts";
import { RedisClusterBackend } from "./entries/redis-cluster-backend.ts";

/**
 * `onWarning` is also called once for each feature that the server or a proxy refuses, such as for a missing
 * right. The channel `hitbox:redis:warning` has these messages too.
 */
export interface RedisCommonOptions extends AdapterOptions {
  /**
   * First part of every key in Redis: `<prefix>::<key>`. No "::" in it, no ":" at its end. Default: "hitbox".
   */
  readonly prefix?: string | undefined;
  /**
   * Deadline of every operation, in milliseconds, from 1 to 600,000: it has answered or failed by then.
   * `clear` sends more commands for more keys, and each command has this deadline. Default: 1,000.
   */
  readonly timeout?: number | undefined;
  /**
   * Longest payload, in bytes, up to 511 MiB. A client of ours drops longer values as they come. Default:
   * 64 MiB, as `maxDecodedBytes` of `cacheBackend`.
   */
  readonly maxValueBytes?: number | undefined;
  /** Epoch milliseconds, to turn `expiresAt` into a time to live. Default: `Date.now`. */
  readonly now?: (() => number) | undefined;
  /** Mechanism that reports changes by others, so that a first tier drops its copies. Default: none. */
  readonly coherence?: RedisCoherence["by"] | RedisCoherence | undefined;
}

/** A client of yours. */
export interface RedisClientOptions {
  /** Your client. The backend never closes or reconfigures it. */
  readonly client: RedisClient;
}

/** Options with a client of yours, or with the place of the servers. */
export type RedisOptions = RedisCommonOptions &
  (RedisClientOptions | RedisUrlOptions | RedisClusterOptions | RedisSentinelOptions);

const COMMON = [...ADAPTER_OPTIONS, "prefix", "timeout", "maxValueBytes", "now", "coherence"];
const OWN = ["username", "password", "tls", "redisOptions"];

/** The ways to name the place of Redis, each with its own options. */
const WAYS = {
  client: [],
  url: [...OWN, "database"],
  cluster: [...OWN, "readFrom", "natMap"],
  sentinels: [...OWN, "database", "name", "natMap"],
} as const;
type Way = keyof typeof WAYS;

const EXAMPLE = '{ url: "redis://localhost:6379" }';
const MAX_TIMEOUT = 600_000;
const MIB = 1024 * 1024;

/**
 * Stores entries in Redis: one string value for each entry, expired by the server. Operations settle within
 * `timeout`, whatever the client's settings, and fail at once while there is no connection.
 *
 * @throws TypeError for an option that is unknown or wrong.
 * @example
 * const tier = redis({ url: "redis://localhost:6379", prefix: "shop" });
 */
export function redis(options: RedisOptions): Backend {
  checkOption(
    typeof options === "object" && options !== null,
    "redis: options",
    options,
    `must be ${EXAMPLE}`,
  );
  const way = wayOf(options);
  checkKnown("redis", options, optionsOf(way));
  const { timeout = 1_000 } = options;
  checkMilliseconds("timeout", timeout, 1, MAX_TIMEOUT);
  const settings = settingsOf(options, timeout);
  return way === "client"
    ? fromClient(settings, options as RedisClientOptions, timeout)
    : fromPlace(settings, way, options, timeout);
}

function wayOf(options: Partial<Record<Way, unknown>>): Way {
  const ways = Object.keys(WAYS) as Way[];
  const given = ways.filter((way) => options[way] !== undefined);
  const [first, second] = given;
  if (first === undefined) refuseNoPlace(options);
  if (second === undefined) return first;
  throw new TypeError(`redis: \`${first}\` and \`${second}\` are both given; give one of ${ways.join(", ")}`);
}

/** Options beside one way to name the place; without it: of all ways. */
function optionsOf(way?: Way): readonly string[] {
  const own = way === undefined ? Object.values(WAYS).flat() : WAYS[way];
  return [...new Set([...COMMON, ...Object.keys(WAYS), ...own])];
}

/** Says why there is no place to connect to. Shows no value: a password may stand anywhere in one. */
function refuseNoPlace(options: object): never {
  const unset = Object.keys(WAYS).find((way) => way in options);
  if (unset !== undefined)
    throw new TypeError(
      `redis: \`${unset}\` is undefined; is a variable of the environment unset? Expected ${EXAMPLE}`,
    );
  const other = ["host", "port", "socket", "path"].find((name) => name in options);
  if (other !== undefined)
    throw new TypeError(
      `redis: \`${other}\` is not an option; give host and port as a URL, as in ${EXAMPLE}. ` +
        `Options: ${optionsOf().join(", ")}.`,
    );
  checkKnown("redis", options, optionsOf());
  throw new TypeError(`redis: one of ${Object.keys(WAYS).join(", ")} must be given, as in ${EXAMPLE}`);
}

function settingsOf(options: RedisOptions, timeout: number): RedisSettings {
  const { prefix = "hitbox", maxValueBytes = 64 * MIB, now = systemClock } = options;
  checkOption(typeof now === "function", "now", now, "must be a function");
  const coherence = checkCoherence(options.coherence);
  const parts = adapterParts(options, { label: "redis", format: typedJson(), stores: "bytes" });
  return {
    parts,
    keyspace: keyspace(prefix),
    maxValueBytes: checkLimit("maxValueBytes", maxValueBytes),
    now: wholeClock(now),
    coherence: coherence && coherenceBy(coherence, timeout),
    warnings: new Warnings(parts.label, parts.onWarning),
  };
}

function fromClient(settings: RedisSettings, { client }: RedisClientOptions, timeout: number): Backend {
  const port = portOf(client);
  settings.coherence?.check(port.topology, "client.options.scaleReads", !port.readsReplicas);
  return backendOf(settings, new Connection(port, timeout), undefined);
}

const OPEN = { url: openUrl, cluster: openCluster, sentinels: openSentinel };

function fromPlace(
  settings: RedisSettings,
  way: Exclude<Way, "client">,
  options: object,
  timeout: number,
): Backend {
  const { readFrom = "masters" } = options as Partial<RedisClusterOptions>;
  settings.coherence?.check(way === "cluster" ? "cluster" : "server", "readFrom", readFrom === "masters");
  // Checks the options. No connection is made before all of them are right.
  const open = OPEN[way](options as never, timeout, replyLimits(settings.maxValueBytes));
  const own = new OwnClient(open, timeout);
  return backendOf(settings, new Connection(own.port, timeout, own), own);
}

function backendOf(settings: RedisSettings, connection: Connection, own: OwnClient | undefined): Backend {
  const Adapter = connection.port.topology === "cluster" ? RedisClusterBackend : RedisBackend;
  return new Adapter(settings, connection, own);
}
