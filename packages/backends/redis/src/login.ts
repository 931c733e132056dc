import type { ConnectionOptions } from "node:tls";
import { checkInteger, checkOption } from "@hitbox/core";
import type { Settings } from "./settings.ts";

/** How a client of ours signs in. */
export interface RedisLogin {
  /** ACL user. Default: the URL's. */
  readonly username?: string | undefined;
  /** Default: the URL's. */
  readonly password?: string | undefined;
  /** Number of the database. A cluster has only 0. Default: the URL's, or 0. */
  readonly database?: number | undefined;
  /** For `rediss:` URLs: options of node:tls, such as `ca`, `cert` and `key`. Default: Node's own. */
  readonly tls?: ConnectionOptions | undefined;
}

/** Throws a `TypeError` that shows no password. */
export function checkLogin({ username, password, database }: RedisLogin): Settings {
  for (const [option, value] of Object.entries({ username, password })) {
    checkOption(value === undefined || typeof value === "string", option, typeof value, "must be a string");
  }
  if (database !== undefined) checkInteger("database", database, 0, 2 ** 31 - 1);
  return {
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(database !== undefined && { db: database }),
  };
}

/** TLS, where the URLs say so. */
export function secured(protocol: string, tls: ConnectionOptions | undefined): Pick<Settings, "tls"> {
  checkOption(tls === undefined || typeof tls === "object", "tls", tls, "must be options of node:tls");
  if (protocol === "rediss:") return { tls: tls ?? {} };
  checkOption(tls === undefined, "tls", tls, "needs rediss:// URLs");
  return {};
}

/** The user and the password in a URL. */
export function loginOf({ username, password }: URL): Settings {
  return checkLogin({
    username: username === "" ? undefined : decodeURIComponent(username),
    password: password === "" ? undefined : decodeURIComponent(password),
  });
}
