import { resolve } from "node:path";
import {
  type Backend,
  checkFunction,
  checkInteger,
  checkKnown,
  checkLimit,
  checkMilliseconds,
  checkOption,
  STORE_OPTIONS,
  type StoreOptions,
  storeBackend,
  systemClock,
} from "@hitbox/core";
import { Connection, type Source } from "./connection.ts";
import type { SqliteDatabase, SqliteDriver } from "./database.ts";
import { defaultDriver } from "./driver.ts";
import { METADATA_BYTES, MOST_VALUE_BYTES, sqliteStore } from "./store.ts";
import { sweeperOf } from "./sweeper.ts";

export interface SqliteOptions extends StoreOptions {
  /**
   * File of the database, made with its directory if it is missing: a path, not a `file:` URI. Processes that
   * name the same one share it. Either this or `database`.
   */
  readonly path?: string | undefined;
  /**
   * An open database of `node:sqlite` or better-sqlite3. It stays as it is: it is not closed, and its
   * settings, such as the busy timeout and the journal mode, are the caller's.
   */
  readonly database?: SqliteDatabase | undefined;
  /**
   * Class that opens `path`. Default: `DatabaseSync` of `node:sqlite`, and better-sqlite3 on a Node without
   * that.
   */
  readonly driver?: SqliteDriver | undefined;
  /**
   * Table of the entries, made if it is missing: 1 to 48 characters of a-z 0-9 _, no digit first. Backends
   * with different tables share no entry. Default: "hitbox".
   */
  readonly table?: string | undefined;
  /** Milliseconds between sweeps, which remove expired entries. `Infinity`: no sweeps. Default: 60,000. */
  readonly sweepInterval?: number | undefined;
  /** Most bytes of a value, 1,024 to 900,000,000. Default: 67,108,864, which is 64 MiB. */
  readonly maxValueBytes?: number | undefined;
  /**
   * Permissions of the file, if it has to be made; its directory gets `x` beside each `r` and `w`. Default:
   * 0o600.
   */
  readonly mode?: number | undefined;
}

const KNOWN = [
  ...STORE_OPTIONS,
  "path",
  "database",
  "driver",
  "table",
  "maxValueBytes",
  "sweepInterval",
  "mode",
];

/**
 * An embedded tier in a file of SQLite, shared by all processes that open it. Reads and writes are
 * synchronous. While another process has the lock, a write waits for it without holding up the event loop.
 *
 * Answered writes outlive this process, however it ends. When the machine itself fails, the last moments of
 * writes can be lost, but the database stays whole.
 *
 * @throws TypeError for an option that is unknown or wrong; BackendError `corrupt` if the file is no database
 * or a damaged one, `unavailable` if it cannot be opened, and `unsupported` without a driver.
 * @example
 * import { DatabaseSync } from "@photostructure/sqlite";
 *
 * // `driver` is not needed from Node 22.13 on.
 * const tier = sqlite({ path: ".cache/shop.db", driver: DatabaseSync });
 */
export function sqlite(options: SqliteOptions): Backend {
  checkKnown("sqlite", options, KNOWN, "{ path }");
  const { table = "hitbox", sweepInterval = 60_000, now = systemClock } = options;
  const { timeout = 1_000, clearTimeout = 60_000 } = options;
  checkMilliseconds("timeout", timeout, 1, 600_000);
  checkMilliseconds("clearTimeout", clearTimeout, 1, 3_600_000);
  const { maxValueBytes = 2 ** 26 } = options;
  checkInteger("maxValueBytes", maxValueBytes, 1_024, MOST_VALUE_BYTES);
  checkLimit("sweepInterval", sweepInterval);
  checkFunction("now", now);
  checkTable(table);
  const maxBytes = maxValueBytes + METADATA_BYTES;
  const connection = new Connection(sourceOf(options), { name: table, maxBytes }, timeout);
  const sweeper = sweeperOf(connection, now);
  try {
    const backend = storeBackend(sqliteStore(connection, sweeper, { clearTimeout, maxBytes, now }), options);
    sweeper.start(sweepInterval, backend);
    return backend;
  } catch (error) {
    connection.close();
    throw error;
  }
}

function checkTable(table: string): void {
  const isName = typeof table === "string" && /^[a-z_][a-z0-9_]{0,47}$/.test(table);
  // SQLite does not tell upper case from lower case, and keeps names that begin with "sqlite_" for itself.
  const isFree = isName && !table.startsWith("sqlite_");
  checkOption(
    isFree,
    "table",
    table,
    "must be 1 to 48 characters of a-z 0-9 _, no digit and no sqlite_ first",
  );
}

function sourceOf({ path, database, driver, mode = 0o600 }: SqliteOptions): Source {
  checkOption((path === undefined) !== (database === undefined), "path", path, "or `database` is needed");
  if (database !== undefined) {
    const isDatabase = typeof database?.prepare === "function" && typeof database.exec === "function";
    checkOption(isDatabase, "database", database, "must be one of node:sqlite or better-sqlite3");
    return { database };
  }
  checkPath(path);
  checkFunction("driver", driver);
  const isMode = Number.isInteger(mode) && (mode & 0o600) === 0o600 && (mode & ~0o777) === 0;
  checkOption(isMode, "mode", mode, "must be permissions that let the owner read and write, such as 0o600");
  // No driver takes an absolute path for a URI or trims its start, and it survives a change of directory.
  return { path: resolve(path), mode, driver: driver ?? defaultDriver() };
}

/** Some drivers take `file:` for a URI, and others trim a path, so that it would name different files. */
function checkPath(path: unknown): asserts path is string {
  const isFile = typeof path === "string" && path !== "" && path !== ":memory:" && !path.includes("\0");
  checkOption(isFile, "path", path, "must be the path of a file; a tier in memory is @hitbox/memory");
  const isPath = !/^file:/i.test(path) && path.trim() === path;
  checkOption(isPath, "path", path, 'must be the path of a file, and no URI: "shop.db", not "file:shop.db"');
}
