import { Redis } from "ioredis";
import { pauses } from "../pauses.ts";
import { guardReplies } from "../replies/guard-replies.ts";
import type { ReplyLimits } from "../replies/reply-filter.ts";
import { connectorFor } from "./connector.ts";
import { leavesServer } from "./leave-server.ts";
import { loginOf, type RedisLogin, secured } from "./login.ts";
import type { OpenClient } from "./own-client.ts";
import { checkRedisOptions, type RedisConnectionOptions } from "./redis-options.ts";
import { patience, QUIET, type Settings, SILENCE } from "./settings.ts";
import { addressOf, checkUrls } from "./urls.ts";

/** One server, by its URL. */
export interface RedisUrlOptions extends RedisLogin {
  /** `redis://` or `rediss://`, with user, password and database if needed. Closed with the backend. */
  readonly url: string;
  /** Further options of ioredis, such as `connectionName` or `family`. */
  readonly redisOptions?: RedisConnectionOptions | undefined;
}

/** Settings of a client of one server: commands under way fail when the connection breaks. */
export const ALONE: Settings = {
  ...QUIET,
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
};

/** Opens a client that prints nothing, never gives up, and keeps no command to send it later. */
export function openUrl(options: RedisUrlOptions, timeout: number, limits: ReplyLimits): OpenClient {
  const [url] = checkUrls("url", [options.url]);
  const login = loginOf(options, "url", url);
  const settings: Settings = {
    ...patience(Math.max(SILENCE, timeout), Math.max(SILENCE, 2 * timeout)),
    ...checkRedisOptions(options.redisOptions),
    ...ALONE,
    ...addressOf(url, 6_379),
    ...secured(url.protocol, options.tls),
    retryStrategy: pauses(),
  };
  return (attempts) => {
    const own = {
      Connector: connectorFor(login, limits, attempts),
      reconnectOnError: leavesServer(attempts.failed),
    };
    return guardReplies(new Redis({ ...settings, ...own }), limits);
  };
}
