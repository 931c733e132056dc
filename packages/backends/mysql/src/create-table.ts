import { checkKnown } from "@hitbox/core";
import { Connection } from "./connection.ts";
import { checkTable, SOURCE_OPTIONS, type SourceOptions, sourceOf } from "./source.ts";
import { tableSql } from "./sql.ts";

export type CreateTableOptions = SourceOptions;

/** Milliseconds for the whole of it. */
const TIMEOUT_MS = 30_000;

/**
 * Makes the table of a backend if it is missing. Many processes may do so at once.
 *
 * @throws TypeError for an option that is unknown or wrong; the client's error if it fails.
 * @example
 * const ready = () => createTable({ url: "mysql://localhost/shop", table: "hitbox" });
 */
export async function createTable(options: CreateTableOptions): Promise<void> {
  checkKnown("createTable", options, SOURCE_OPTIONS, '{ url: "mysql://localhost/shop" }');
  const { table = "hitbox" } = options;
  checkTable(table);
  const connection = new Connection(sourceOf(options, TIMEOUT_MS), table);
  try {
    await connection.run(tableSql(table), []);
  } finally {
    await connection.close();
  }
}
