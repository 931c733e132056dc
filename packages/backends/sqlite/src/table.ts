import { BackendError } from "@hitbox/core";
import type { SqliteDatabase, SqliteStatement } from "./database.ts";
import { checkRows, prepare } from "./statement.ts";

/** Most rows that one statement of a sweep or a clear removes: the event loop stands still meanwhile. */
export const STEP_ROWS = 100;

/**
 * For a file of its own: readers and a writer at the same time, in several processes; no wait for the disk at
 * each commit, which a crash of the machine may undo; and no wait for a lock in SQLite (see `unlocked`).
 */
const SETTINGS = "PRAGMA busy_timeout = 0; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;";

/** The statements over one table. Keys are bytes: SQLite's text ends at a NUL for some of its functions. */
export interface Table {
  readonly database: SqliteDatabase;
  /** A row whose value is null if it is no bytes, or too many. */
  readonly read: (key: string) => unknown;
  /** The kind of a value that was read as null. */
  readonly kind: SqliteStatement;
  readonly set: SqliteStatement;
  readonly add: SqliteStatement;
  readonly replace: SqliteStatement;
  readonly delete: SqliteStatement;
  readonly list: SqliteStatement;
  readonly sweep: SqliteStatement;
  readonly last: SqliteStatement;
  readonly clear: SqliteStatement;
  readonly freePages: SqliteStatement;
}

export interface TableOptions {
  readonly name: string;
  /** True for a file that this code has opened. */
  readonly isOwn: boolean;
  /** Most bytes of a value that is read: another writer may have put anything there. */
  readonly maxBytes: number;
}

/**
 * Makes the table if it is missing, and prepares its statements.
 *
 * @throws BackendError `corrupt` for a table with triggers: they are code of another writer of the file.
 * TypeError for a database whose rows cannot be read.
 */
export function table(database: SqliteDatabase, { name, isOwn, maxBytes }: TableOptions): Table {
  checkRows(database);
  if (isOwn) {
    database.exec(SETTINGS);
    checkSchema(database, name);
  }
  const [entries, index] = [`"${name}"`, `"${name}.until"`];
  database.exec(
    `CREATE TABLE IF NOT EXISTS ${entries}
     (key BLOB NOT NULL PRIMARY KEY, value BLOB NOT NULL, until INTEGER)`,
  );
  database.exec(`CREATE INDEX IF NOT EXISTS ${index} ON ${entries} (until) WHERE until IS NOT NULL`);
  const insert = `INSERT INTO ${entries} (key, value, until) VALUES (?, ?, ?) ON CONFLICT (key) DO`;
  // SQLite tells the kind and the size of a value without reading it.
  const bytes = `CASE WHEN typeof(value) = 'blob' AND length(value) <= ${maxBytes} THEN value END AS value`;
  const some = (rows: string): string =>
    `DELETE FROM ${entries} WHERE rowid IN (SELECT rowid FROM ${entries} WHERE ${rows} LIMIT ${STEP_ROWS})`;
  return {
    database,
    read: reader(database, entries, bytes),
    kind: prepare(database, `SELECT typeof(value) AS type FROM ${entries} WHERE key = ?`),
    set: prepare(database, `${insert} UPDATE SET value = excluded.value, until = excluded.until`),
    add: prepare(database, `${insert} NOTHING`),
    replace: prepare(database, `UPDATE ${entries} SET value = ?, until = ? WHERE key = ? AND value = ?`),
    delete: prepare(database, `DELETE FROM ${entries} WHERE key = ? RETURNING ${bytes}`),
    list: prepare(
      database,
      `SELECT key, length(value) AS size FROM ${entries} WHERE key > ? AND key >= ? AND key < ?
       AND (until IS NULL OR until > ?) ORDER BY key LIMIT ?`,
    ),
    sweep: prepare(database, some("until <= ? ORDER BY until")),
    last: prepare(database, `SELECT max(rowid) AS id FROM ${entries}`),
    clear: prepare(database, some("rowid <= ? ORDER BY rowid")),
    freePages: prepare(
      database,
      "SELECT freelist_count * page_size AS bytes FROM pragma_freelist_count, pragma_page_size",
    ),
  };
}

function checkSchema(database: SqliteDatabase, name: string): void {
  const code = "type IN ('trigger', 'view') AND tbl_name = ? COLLATE NOCASE";
  const found = prepare(database, `SELECT 1 AS found FROM sqlite_schema WHERE ${code}`).get(name);
  if (found === undefined || found === null) return;
  throw new BackendError("corrupt", `"${name}" has triggers or is a view: another program has made it so`);
}

/**
 * A key that is handed over as text, and made bytes by SQLite, is read faster than one in a buffer. But some
 * drivers end a text at a NUL, and a database of somebody else may have its texts in UTF-16.
 */
function reader(database: SqliteDatabase, entries: string, bytes: string): Table["read"] {
  const row = `SELECT ${bytes} FROM ${entries} WHERE key =`;
  const byBytes = prepare(database, `${row} ?`);
  const fromBytes = (key: string): unknown => byBytes.get(Buffer.from(key));
  const { encoding } = (prepare(database, "PRAGMA encoding").get() ?? {}) as { encoding?: unknown };
  if (encoding !== "UTF-8") return fromBytes;
  const byText = prepare(database, `${row} CAST(? AS BLOB)`);
  return (key) => (key.includes("\0") ? fromBytes(key) : byText.get(key));
}
