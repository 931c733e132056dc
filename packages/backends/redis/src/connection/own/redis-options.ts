import { checkKnown, checkOption, checkSpelling } from "@hitbox/core";
import type { RedisOptions } from "ioredis";

/** Options that this adapter decides about: by options of its own, or because operations depend on them. */
const DECIDED = [
  "Connector",
  "autoResendUnfulfilledCommands",
  "db",
  "enableOfflineQueue",
  "enableReadyCheck",
  "host",
  "lazyConnect",
  "maxRetriesPerRequest",
  "monitor",
  "name",
  "natMap",
  "password",
  "path",
  "port",
  "protocol",
  "readOnly",
  "reconnectOnError",
  "replyMapping",
  "retryStrategy",
  "role",
  "sentinelPassword",
  "sentinelRetryStrategy",
  "sentinelUsername",
  "sentinels",
  "tls",
  "username",
] as const;

/** Options of ioredis that are passed on. */
const PASSED = [
  ...["autoPipeliningIgnoredCommands", "autoResubscribe", "blockingTimeout", "blockingTimeoutGrace"],
  ...["clientInfoTag", "commandQueue", "commandTimeout", "connectTimeout", "connectionName"],
  ...["disableClientInfo", "disconnectTimeout", "enableAutoPipelining", "enableTLSForSentinelMode"],
  ...[
    "failoverDetector",
    "family",
    "himportFieldsets",
    "keepAlive",
    "keyPrefix",
    "maxLoadingRetryTime",
    "noDelay",
  ],
  ...["offlineQueue", "preferredSlaves", "scripts", "sentinelCommandTimeout"],
  ...["sentinelMaxConnections", "sentinelReconnectStrategy", "sentinelTLS", "showFriendlyErrorStack"],
  ...["socketTimeout", "stringNumbers", "updateSentinels"],
] as const;

type Unlisted = Exclude<keyof RedisConnectionOptions, (typeof PASSED)[number]>;

/** Does not compile if the types of ioredis have an option that neither list has. */
const KNOWN: [Unlisted] extends [never] ? readonly string[] : Unlisted = [...DECIDED, ...PASSED];

/** Further options of ioredis, for every connection of a client of ours. */
export type RedisConnectionOptions = Omit<RedisOptions, (typeof DECIDED)[number]>;

/** Throws a `TypeError` for an option that this adapter decides about. */
export function checkRedisOptions(options: unknown): RedisConnectionOptions {
  if (options === undefined) return {};
  const isObject = typeof options === "object" && options !== null;
  checkOption(isObject, "redisOptions", options, "must be an object");
  const decided = Object.keys(options).find((name) => (DECIDED as readonly string[]).includes(name));
  const rule = `must hold no option that this adapter decides about, such as '${decided}'`;
  checkOption(decided === undefined, "redisOptions", decided, rule);
  checkSpelling("redis: redisOptions", options as object, KNOWN, "ioredis");
  return options as RedisConnectionOptions;
}

/** Translates the addresses that servers name: a table by `host:port`, or a function. */
export type RedisNatMap =
  | Readonly<Record<string, { readonly host: string; readonly port: number }>>
  | ((address: string) => { readonly host: string; readonly port: number } | null);

export function checkNatMap(natMap: unknown): void {
  const ok =
    natMap === undefined || typeof natMap === "function" || (typeof natMap === "object" && natMap !== null);
  checkOption(ok, "natMap", natMap, "must be a table or a function");
  if (typeof natMap !== "object" || natMap === null) return;
  for (const place of Object.values(natMap)) checkKnown("redis: natMap", place, ["host", "port"]);
}
