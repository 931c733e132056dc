import { createRequire } from "node:module";
import { BackendError } from "@hitbox/core";
import type { SqliteDriver } from "./database.ts";

/**
 * `DatabaseSync` of `node:sqlite`, or else the class of better-sqlite3.
 *
 * @throws BackendError `unsupported` if there is neither.
 */
export function defaultDriver(): SqliteDriver {
  // Not imported: that would fail on a Node without it. The types of Node 20 do not know the module.
  const builtIn = process.getBuiltinModule("node:sqlite") as { DatabaseSync: SqliteDriver } | undefined;
  return builtIn?.DatabaseSync ?? betterSqlite3();
}

function betterSqlite3(): SqliteDriver {
  try {
    return createRequire(import.meta.url)("better-sqlite3") as SqliteDriver;
  } catch (cause) {
    const reason = `Node ${process.version} has no node:sqlite, and better-sqlite3 cannot be loaded`;
    const remedy = "Use Node 22.13 or later, install better-sqlite3, or give a `driver`";
    throw new BackendError("unsupported", `${reason}. ${remedy}.`, { cause });
  }
}
