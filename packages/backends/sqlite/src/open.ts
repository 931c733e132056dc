import { chmodSync, closeSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { BackendError } from "@hitbox/core";
import { classify } from "./classify.ts";
import type { SqliteDatabase, SqliteDriver } from "./database.ts";

/**
 * Opens a file, which is made with its directory if it is missing. SQLite gives its `-wal` and `-shm` files
 * the same permissions. Those who may read or write the file may search a directory that is made.
 *
 * @throws BackendError `unavailable` if it cannot be opened.
 */
export function open(path: string, mode: number, Driver: SqliteDriver): SqliteDatabase {
  try {
    makeDirectory(dirname(path), mode);
    closeSync(openSync(path, "a", mode));
    return new Driver(path);
  } catch (error) {
    throw failedOpen(path, error);
  }
}

function makeDirectory(directory: string, mode: number): void {
  const search = ((mode & 0o444) >> 2) | ((mode & 0o222) >> 1);
  const made = mkdirSync(directory, { recursive: true, mode: mode | search });
  // Whatever the umask.
  if (made !== undefined) chmodSync(directory, mode | search);
}

export function failedOpen(path: string, error: unknown): BackendError {
  if (lacksBinary(error)) return new BackendError("unsupported", NO_BINARY, { cause: error });
  const message = error instanceof Error ? error.message : "the driver threw no error";
  return new BackendError(classify(error) ?? "unavailable", `cannot open ${path}: ${message}`, {
    cause: error,
  });
}

const NO_BINARY =
  `better-sqlite3 has no binary for Node ${process.version}. ` +
  "Run npm rebuild better-sqlite3, or use Node 22.13 or later.";

/** The package `bindings`, by which better-sqlite3 finds its binary, lists the paths that it has tried. */
function lacksBinary(error: unknown): boolean {
  return error instanceof Error && "tries" in error;
}
