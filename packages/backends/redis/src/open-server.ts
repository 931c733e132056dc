import { checkOption } from "@hitbox/core";
import { Redis } from "ioredis";
import { checkLogin, loginOf, type RedisLogin, secured } from "./login.ts";
import type { ClosableClient } from "./own-client.ts";
import { HINT, patience, pauses, type Settings, SHORT_SILENCE, SILENCE } from "./settings.ts";
import { addressOf, checkUrls } from "./urls.ts";

/** One server, by its URL. */
export interface RedisUrlOptions extends RedisLogin {
  /** `redis://` or `rediss://`, with user, password and database where needed. Closed with the backend. */
  readonly url: string;
}

/** A master that sentinels watch over. */
export interface RedisSentinelOptions extends RedisLogin {
  /**
   * URLs of the sentinels, `redis://` or `rediss://`, which holds for the master too. User and password in them are the
   * sentinels' own. Closed with the backend.
   */
  readonly sentinels: readonly string[];
  /** What the sentinels call the master. */
  readonly name: string;
}

/** What a client of one server does when it loses its connection. */
const ALONE: Settings = {
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  // What is under way when the connection breaks fails then.
  maxRetriesPerRequest: 0,
};

/** A client of our own: it never prints, never gives up, and keeps nothing to send it later. */
export function openUrl(options: RedisUrlOptions, timeout: number): ClosableClient {
  const { url } = options;
  const [{ protocol }] = checkUrls("url", [url]);
  return new Redis(url, {
    ...ALONE,
    retryStrategy: pauses(),
    ...checkLogin(options),
    ...secured(protocol, options.tls),
    ...patience(Math.max(SILENCE, timeout), Math.max(SILENCE, 2 * timeout)),
  });
}

/** The same, of the master that sentinels name. */
export function openSentinel(options: RedisSentinelOptions, timeout: number): ClosableClient {
  const { sentinels, name } = options;
  const [first] = checkUrls("sentinels", sentinels);
  checkOption(
    typeof name === "string" && name !== "",
    "name",
    name,
    "must be what sentinels call the master",
  );
  const { tls } = secured(first.protocol, options.tls);
  return new Redis({
    ...ALONE,
    retryStrategy: pauses(),
    ...checkLogin(options),
    // Nobody waits any more for what has not come within the timeout.
    ...patience(SHORT_SILENCE, Math.max(SHORT_SILENCE, timeout)),
    name,
    sentinels: sentinels.map((url) => addressOf(new URL(url), 26_379)),
    sentinelRetryStrategy: pauses(),
    // By default ioredis waits for ever for a sentinel that has gone silent.
    sentinelCommandTimeout: HINT,
    ...sentinelLogin(first),
    ...(tls !== undefined && { tls, sentinelTLS: tls, enableTLSForSentinelMode: true }),
  });
}

function sentinelLogin(url: URL): Settings {
  const { username, password } = loginOf(url);
  return {
    ...(username !== undefined && { sentinelUsername: username }),
    ...(password !== undefined && { sentinelPassword: password }),
  };
}
