import { checkOption } from "@hitbox/core";
import type { SqliteDatabase, SqliteStatement } from "./database.ts";

/** How rows are given: of `node:sqlite`, where a release has it, and of better-sqlite3. */
interface Modes {
  setReadBigInts?(isOn: boolean): unknown;
  setReturnArrays?(isOn: boolean): unknown;
  safeIntegers?(isOn: boolean): unknown;
}

/** A statement with numbers in objects, whatever the database of somebody else has as its default. */
export function prepare(database: SqliteDatabase, sql: string): SqliteStatement {
  const statement = database.prepare(sql);
  const modes: Modes = statement as object;
  modes.setReadBigInts?.(false);
  modes.setReturnArrays?.(false);
  modes.safeIntegers?.(false);
  return statement;
}

/** @throws TypeError for a database with rows of another kind: each read of an entry would be a miss. */
export function checkRows(database: SqliteDatabase): void {
  const row = prepare(database, "SELECT 1 AS one").get() as { readonly one?: unknown } | null | undefined;
  // A stand-in for a database may have no rows at all.
  const isRead = row === undefined || row?.one === 1;
  checkOption(isRead, "database", database, "must give rows as objects, with integers as numbers");
}
