import type { SqliteDatabase, SqliteStatement } from "./database.ts";

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
  readonly read: (key: string) => unknown;
  readonly set: SqliteStatement;
  readonly add: SqliteStatement;
  readonly replace: SqliteStatement;
  readonly delete: SqliteStatement;
  readonly list: SqliteStatement;
  readonly sweep: SqliteStatement;
  readonly last: SqliteStatement;
  readonly clear: SqliteStatement;
}

/** Makes the table if it is missing, and prepares its statements. */
export function table(database: SqliteDatabase, name: string, isOwn: boolean): Table {
  if (isOwn) database.exec(SETTINGS);
  const [entries, index] = [`"${name}"`, `"${name}.until"`];
  database.exec(
    `CREATE TABLE IF NOT EXISTS ${entries}
     (key BLOB NOT NULL PRIMARY KEY, value BLOB NOT NULL, until INTEGER)`,
  );
  database.exec(`CREATE INDEX IF NOT EXISTS ${index} ON ${entries} (until) WHERE until IS NOT NULL`);
  const insert = `INSERT INTO ${entries} (key, value, until) VALUES (?, ?, ?) ON CONFLICT (key) DO`;
  const some = (rows: string): string =>
    `DELETE FROM ${entries} WHERE rowid IN (SELECT rowid FROM ${entries} WHERE ${rows} LIMIT ${STEP_ROWS})`;
  return {
    database,
    read: reader(database, entries),
    set: database.prepare(`${insert} UPDATE SET value = excluded.value, until = excluded.until`),
    add: database.prepare(`${insert} NOTHING`),
    replace: database.prepare(`UPDATE ${entries} SET value = ?, until = ? WHERE key = ? AND value = ?`),
    delete: database.prepare(`DELETE FROM ${entries} WHERE key = ? RETURNING value`),
    list: database.prepare(
      `SELECT key, length(value) AS size FROM ${entries} WHERE key > ? AND key >= ? AND key < ?
       AND (until IS NULL OR until > ?) ORDER BY key LIMIT ?`,
    ),
    sweep: database.prepare(some("until <= ? ORDER BY until")),
    last: database.prepare(`SELECT max(rowid) AS id FROM ${entries}`),
    clear: database.prepare(some("rowid <= ? ORDER BY rowid")),
  };
}

/**
 * A key that is handed over as text, and made bytes by SQLite, is read faster than one in a buffer. But some
 * drivers end a text at a NUL, and a database of somebody else may have its texts in UTF-16.
 */
function reader(database: SqliteDatabase, entries: string): Table["read"] {
  const row = `SELECT value FROM ${entries} WHERE key =`;
  const byBytes = database.prepare(`${row} ?`);
  const fromBytes = (key: string): unknown => byBytes.get(Buffer.from(key));
  const { encoding } = (database.prepare("PRAGMA encoding").get() ?? {}) as { encoding?: unknown };
  if (encoding !== "UTF-8") return fromBytes;
  const byText = database.prepare(`${row} CAST(? AS BLOB)`);
  return (key) => (key.includes("\0") ? fromBytes(key) : byText.get(key));
}
