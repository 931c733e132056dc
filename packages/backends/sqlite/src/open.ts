import { closeSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { BackendError } from "@hitbox/core";
import { classify } from "./classify.ts";
import type { SqliteDatabase, SqliteDriver } from "./database.ts";

/**
 * Opens a file, which is made with its directory if it is missing. SQLite gives its `-wal` and `-shm` files
 * the same permissions.
 *
 * @throws BackendError `unavailable` if it cannot be opened.
 */
export function open(path: string, mode: number, Driver: SqliteDriver): SqliteDatabase {
  try {
    mkdirSync(dirname(path), { recursive: true });
    closeSync(openSync(path, "a", mode));
    return new Driver(path);
  } catch (error) {
    throw failedOpen(path, error);
  }
}

export function failedOpen(path: string, error: unknown): BackendError {
  const message = error instanceof Error ? error.message : "the driver threw no error";
  return new BackendError(classify(error) ?? "unavailable", `cannot open ${path}: ${message}`, {
    cause: error,
  });
}
