import type { ConnectionOptions } from "node:tls";
import { checkInteger, checkOption, checkTls, type MaybePromise } from "@hitbox/core";
import type { Settings } from "./settings.ts";

/** Gives the password for one connection, such as a token that is valid for some minutes. */
export type RedisPassword = () => MaybePromise<string>;

/** How a client of ours signs in. */
export interface RedisLogin {
  /** ACL user. Default: the user of the URL. */
  readonly username?: string | undefined;
  /**
   * A function is called for each connection, and again for each reconnect. Default: the password of the URL.
   */
  readonly password?: string | RedisPassword | undefined;
  /** Number of the database. A cluster has only 0. Default: the number in the URL, or 0. */
  readonly database?: number | undefined;
  /** For `rediss:` URLs: options of node:tls, such as `ca`, `cert` and `key`. Default: Node's own. */
  readonly tls?: ConnectionOptions | undefined;
}

/** A checked login. */
export interface Login {
  readonly username: string | undefined;
  readonly password: string | RedisPassword | undefined;
  readonly database: number;
}

/** The options, completed by the URL. Throws a `TypeError` that shows no password. */
export function loginOf(options: RedisLogin, option: string, url: URL | undefined): Login {
  const { username, password, database } = options;
  const isText = username === undefined || typeof username === "string";
  checkOption(isText, "username", username, "must be a string");
  const isPassword = password === undefined || typeof password === "string" || typeof password === "function";
  // Not even a number is shown of a password.
  if (!isPassword)
    throw new TypeError(`password must be a string or a function that gives one; got a ${typeof password}`);
  if (database !== undefined) checkInteger("database", database, 0, 2 ** 31 - 1);
  return {
    username: username ?? decoded(option, url?.username),
    password: password ?? decoded(option, url?.password),
    database: database ?? databaseOf(option, url),
  };
}

/** TLS, if the URLs say so. */
export function secured(protocol: string, tls: ConnectionOptions | undefined): Pick<Settings, "tls"> {
  if (tls !== undefined) checkTls("redis: tls", tls);
  if (protocol === "rediss:") return { tls: tls ?? {} };
  checkOption(tls === undefined, "tls", tls, "needs rediss:// URLs");
  return {};
}

function decoded(option: string, text: string | undefined): string | undefined {
  if (text === undefined || text === "") return undefined;
  try {
    return decodeURIComponent(text);
  } catch {
    const rule = 'must have user and password in percent-encoding: write "%" as "%25"';
    checkOption(false, option, "a wrong escape", rule);
  }
}

function databaseOf(option: string, url: URL | undefined): number {
  const text = url?.pathname.slice(1) ?? "";
  if (text === "") return 0;
  checkOption(
    /^\d{1,9}$/.test(text),
    option,
    "another path",
    "must have no path but the number of a database",
  );
  return Number(text);
}
