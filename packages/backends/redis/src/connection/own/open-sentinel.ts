import { checkOption } from "@hitbox/core";
import { Redis } from "ioredis";
import { pauses } from "../pauses.ts";
import { guardReplies } from "../replies/guard-replies.ts";
import type { ReplyLimits } from "../replies/reply-filter.ts";
import { sentinelConnectorFor } from "./connector.ts";
import { leavesServer } from "./leave-server.ts";
import { loginOf, type RedisLogin, secured } from "./login.ts";
import { ALONE } from "./open-url.ts";
import type { OpenClient } from "./own-client.ts";
import {
  checkNatMap,
  checkRedisOptions,
  type RedisConnectionOptions,
  type RedisNatMap,
} from "./redis-options.ts";
import { HINT, patience, type Settings, SHORT_SILENCE } from "./settings.ts";
import { addressOf, checkNodeUrls } from "./urls.ts";

/** A master that sentinels watch over. */
export interface RedisSentinelOptions extends RedisLogin {
  /**
   * URLs of the sentinels, `redis://` or `rediss://`, which holds for the master too. User and password in
   * them are the sentinels' own. Closed with the backend.
   */
  readonly sentinels: readonly string[];
  /** The sentinels' name of the master. */
  readonly name: string;
  /** Translates the addresses that sentinels name. Default: none. */
  readonly natMap?: RedisNatMap | undefined;
  /** Further options of ioredis, for the connections to the master. */
  readonly redisOptions?: RedisConnectionOptions | undefined;
}

/** Opens a client of the master, like that of one server. */
export function openSentinel(
  options: RedisSentinelOptions,
  timeout: number,
  limits: ReplyLimits,
): OpenClient {
  const { name, natMap } = options;
  const urls = checkNodeUrls("sentinels", options.sentinels);
  checkOption(
    typeof name === "string" && name !== "",
    "name",
    name,
    "must be the sentinels' name of the master",
  );
  checkNatMap(natMap);
  const login = loginOf(options, "url", undefined);
  const settings: Settings = {
    // Nobody waits for longer than the timeout.
    ...patience(SHORT_SILENCE, Math.max(SHORT_SILENCE, timeout)),
    // By default ioredis waits for ever for a sentinel that has gone silent.
    sentinelCommandTimeout: HINT,
    ...checkRedisOptions(options.redisOptions),
    ...ALONE,
    ...sentinelSettings(urls, options),
    name,
    retryStrategy: pauses(),
    ...(natMap !== undefined && { natMap: natMap as NonNullable<Settings["natMap"]> }),
  };
  return (attempts) => {
    const Connector = sentinelConnectorFor(login, limits, attempts);
    return guardReplies(
      new Redis({ ...settings, Connector, reconnectOnError: leavesServer(attempts.failed) }),
      limits,
    );
  };
}

function sentinelSettings(
  [first, ...others]: readonly [URL, ...URL[]],
  { tls }: RedisSentinelOptions,
): Settings {
  const { username, password } = loginOf({}, "sentinels", new URL("/", first));
  const security = secured(first.protocol, tls);
  return {
    sentinels: [first, ...others].map((url) => addressOf(url, 26_379)),
    sentinelRetryStrategy: pauses(),
    ...(username !== undefined && { sentinelUsername: username }),
    ...(typeof password === "string" && { sentinelPassword: password }),
    ...(security.tls !== undefined && {
      tls: security.tls,
      sentinelTLS: security.tls,
      enableTLSForSentinelMode: true,
    }),
  };
}
