import type { CacheBackend, KeysOptions } from "@hitbox/core";
import { DatabaseSync as AlikeOnNode20 } from "@photostructure/sqlite";
import { type SqliteDatabase, type SqliteDriver, type SqliteOptions, sqlite } from "../src/index.ts";

export { failureOf, storedEntry as entry } from "@hitbox/test-support";

const builtIn = process.getBuiltinModule("node:sqlite") as { DatabaseSync: SqliteDriver } | undefined;

/** `node:sqlite`, or on Node 20 the same API over a SQLite of its own. */
export const driver: SqliteDriver = builtIn?.DatabaseSync ?? AlikeOnNode20;

export function open(options: SqliteOptions): ReturnType<typeof sqlite> {
  return sqlite({ driver, sweepInterval: Number.POSITIVE_INFINITY, ...options });
}

/** Another connection to a file, such as one of another process. */
export function connect(path: string): SqliteDatabase {
  const database = new driver(path);
  database.exec("PRAGMA busy_timeout = 0");
  return database;
}

/** A table's name for any text: capitals and what else no name may have are written by their numbers. */
export function tableOf(space: string): string {
  return `t${space.replace(/[^a-z0-9]/g, (character) => `_${character.charCodeAt(0).toString(16)}_`)}`;
}

export async function keysOf(backend: CacheBackend, options: KeysOptions = {}): Promise<string[]> {
  const keys: string[] = [];
  for await (const page of backend.keys(options)) keys.push(...page);
  return keys;
}
