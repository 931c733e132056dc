export type { SqliteDatabase, SqliteDriver, SqliteStatement, SqliteValue } from "./database.ts";
export { type SqliteOptions, sqlite } from "./sqlite.ts";
