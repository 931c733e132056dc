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
import { OwnClient } from "./own-client.ts";
import { keyspace } from "./prefix.ts";
import { RedisBackend } from "./redis-backend.ts";
import { isRedisClient, type RedisClient } from "./redis-client.ts";

export interface RedisCommonOptions extends AdapterOptions {
  /** First part of every key in Redis: `<prefix>::<key>`. No "::" in it, no ":" at its end. Default: "hitbox". */
  readonly prefix?: string | undefined;
  /** Deadline of every operation, in milliseconds: it has answered or failed by then. Default: 1,000. */
  readonly timeout?: number | undefined;
  /** Longest payload, in bytes. Default: 511 MiB; Redis takes strings of 512 MiB, and metadata needs room. */
  readonly maxValueBytes?: number | undefined;
  /** Epoch milliseconds, to turn `expiresAt` into a time to live. Default: `Date.now`. */
  readonly now?: (() => number) | undefined;
}

/** A client of the caller's, or the URL of a server to connect to. */
export type RedisOptions = RedisCommonOptions &
  (
    | {
        /** An ioredis client (5 or 6) of one server. It stays the caller's: never closed, never reconfigured. */
        readonly client: RedisClient;
        readonly url?: undefined;
      }
    | {
        /** `redis://` or `rediss://`, with user, password and database where needed. Closed with the backend. */
        readonly url: string;
        readonly client?: undefined;
      }
  );

const KNOWN = [...ADAPTER_OPTIONS, "client", "url", "prefix", "timeout", "maxValueBytes", "now"];
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
  checkKnown(options, KNOWN);
  const {
    client,
    url,
    prefix = "hitbox",
    timeout = 1_000,
    maxValueBytes = 511 * MIB,
    now = systemClock,
  } = options;
  const parts = adapterParts(options, { label: "redis", format: json(), stores: "bytes" });
  const settings = {
    parts,
    keyspace: keyspace(prefix),
    maxValueBytes: checkLimit("maxValueBytes", maxValueBytes),
    now,
    timeout: checkInteger("timeout", timeout, 1, 2 ** 31 - 1),
  };
  checkOption(typeof now === "function", "now", now, "must be a function");
  const given = client !== undefined;
  checkOption(given !== (url !== undefined), "client", client, "or url must be given, and not both");
  if (given) checkClient(client);
  return new RedisBackend(settings, given ? client : new OwnClient(url, timeout));
}

function checkClient(client: RedisClient): void {
  checkOption(isRedisClient(client), "client", client, "must be an ioredis client");
  const { isCluster = false } = client;
  checkOption(!isCluster, "client.isCluster", isCluster, "must be false: a client of one server is needed");
}
