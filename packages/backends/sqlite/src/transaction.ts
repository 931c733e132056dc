import type { SqliteDatabase } from "./database.ts";

/** Runs `work` as one commit; inside a transaction of the owner of the database, as a part of that. */
export function inOneCommit(database: SqliteDatabase, work: () => void): void {
  database.exec("SAVEPOINT hitbox");
  try {
    work();
    database.exec("RELEASE hitbox");
  } catch (error) {
    rollBack(database);
    throw error;
  }
}

/** SQLite has done so already after some errors, such as that of a full disk. */
function rollBack(database: SqliteDatabase): void {
  try {
    database.exec("ROLLBACK TO hitbox; RELEASE hitbox");
  } catch {}
}
