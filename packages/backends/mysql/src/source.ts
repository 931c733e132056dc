import type { ConnectionOptions } from "node:tls";
import { checkInteger, checkOption, checkTls } from "@hitbox/core";
import { isClient, type MysqlClient } from "./client.ts";
import type { Source } from "./connection.ts";

/** The server, and the table. */
export interface SourceOptions {
  /** `mysql://user:password@host:3306/database`, by the package mysql2. Either this or `client`. */
  readonly url?: string | undefined;
  /** A pool or connection of mysql2, by callbacks or by promises. It is never closed. */
  readonly client?: MysqlClient | undefined;
  /**
   * Encrypts connections to `url`: `"verified"`, or settings of node:tls such as `{ ca }`. The certificate
   * and the name of the server are checked. Default: none.
   */
  readonly tls?: "verified" | ConnectionOptions | undefined;
  /** Most connections to `url`, 1 to 1,000. Default: 10. */
  readonly connections?: number | undefined;
  /**
   * Table of the entries: 1 to 48 characters of a-z 0-9 _, no digit first. Backends with different tables
   * share no entry. Default: "hitbox".
   */
  readonly table?: string | undefined;
}

export const SOURCE_OPTIONS: readonly string[] = ["url", "client", "tls", "connections", "table"];

/** Names of tables differ by case on some systems alone. */
export function checkTable(table: string): void {
  const isName = typeof table === "string" && /^[a-z_][a-z0-9_]{0,47}$/.test(table);
  checkOption(isName, "table", table, "must be 1 to 48 characters of a-z 0-9 _, no digit first");
}

export function sourceOf(options: SourceOptions, timeout: number): Source {
  const { url, client, tls, connections = 10 } = options;
  checkOption((url === undefined) !== (client === undefined), "url", url, "or `client` is needed, not both");
  checkInteger("connections", connections, 1, 1_000);
  if (tls !== undefined && tls !== "verified")
    checkTls("mysql: tls", tls, 'must be "verified" or settings of node:tls');
  if (client !== undefined) {
    checkOption(isClient(client), "client", client, "must be a pool or a connection of mysql2");
    checkOption(tls === undefined, "tls", tls, "is for `url`: a client has settings of its own");
    return { client };
  }
  const isUrl = typeof url === "string" && /^(mysql|mariadb):\/\//.test(url) && URL.canParse(url);
  checkOption(isUrl, "url", url, "must be a URL such as mysql://localhost/shop");
  checkOption(isDecodable(url), "url", url, "must have its user and password URL-encoded: write %25 for %");
  return { url, tls: tls === "verified" ? {} : tls, connections, timeout };
}

/** mysql2 decodes them. */
function isDecodable(url: string): boolean {
  const { username, password, pathname } = new URL(url);
  try {
    for (const part of [username, password, pathname]) decodeURIComponent(part);
    return true;
  } catch {
    return false;
  }
}
