/** A value of a column. */
export type SqliteValue = Uint8Array | string | number | bigint | null;

/** The members of a prepared statement that are called: those of `node:sqlite` and of better-sqlite3. */
export interface SqliteStatement {
  // Methods, so that statements with narrower types of values fit.
  get(...values: SqliteValue[]): unknown;
  all(...values: SqliteValue[]): unknown[];
  run(...values: SqliteValue[]): { readonly changes: number | bigint };
}

/** The members of a database that are called: a `DatabaseSync` of `node:sqlite`, or one of better-sqlite3. */
export interface SqliteDatabase {
  prepare(sql: string): SqliteStatement;
  exec(sql: string): unknown;
  close(): unknown;
}

/** A class whose instances are databases: `DatabaseSync` of `node:sqlite`, or that of better-sqlite3. */
export type SqliteDriver = new (path: string) => SqliteDatabase;
