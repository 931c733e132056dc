import { checkInteger, checkOption } from "@hitbox/core";
import { isClient, type PostgresClient } from "./client.ts";
import type { Source } from "./connection.ts";

/** The server, and the table. */
export interface SourceOptions {
  /** `postgres://user:password@host:5432/database`, by the package pg. Either this or `client`. */
  readonly url?: string | undefined;
  /** A `Pool` or `Client` of pg, or the function of the package postgres. It is never closed. */
  readonly client?: PostgresClient | undefined;
  /** Most connections to `url`, 1 to 1,000. Default: 10. */
  readonly connections?: number | undefined;
  /**
   * Table of the entries: 1 to 48 characters of a-z 0-9 _, no digit first. Backends with different tables
   * share no entry. Default: "hitbox".
   */
  readonly table?: string | undefined;
}

export const SOURCE_OPTIONS: readonly string[] = ["url", "client", "connections", "table"];

/** PostgreSQL folds capitals of names that are not quoted, and cuts names after 63 bytes. */
export function checkTable(table: string): void {
  const isName = typeof table === "string" && /^[a-z_][a-z0-9_]{0,47}$/.test(table);
  checkOption(isName, "table", table, "must be 1 to 48 characters of a-z 0-9 _, no digit first");
}

export function sourceOf({ url, client, connections = 10 }: SourceOptions, timeout: number): Source {
  checkOption((url === undefined) !== (client === undefined), "url", url, "or `client` is needed, not both");
  checkInteger("connections", connections, 1, 1_000);
  if (client !== undefined) {
    checkOption(isClient(client), "client", client, "must be one of pg or postgres");
    return { client };
  }
  const isUrl = typeof url === "string" && /^postgres(ql)?:\/\//.test(url) && URL.canParse(url);
  checkOption(isUrl, "url", url, "must be a URL such as postgres://localhost/shop");
  return { url, connections, timeout };
}
