import { checkKnown, checkOption } from "@hitbox/core";
import { Connection } from "./connection.ts";
import { checkTable, SOURCE_OPTIONS, type SourceOptions, sourceOf } from "./source.ts";
import { tableSql } from "./sql.ts";

export interface CreateTableOptions extends SourceOptions {
  /**
   * `unlogged`: a crash of the server empties the table, and replicas do not have it; writes cost less.
   * Default: "unlogged".
   */
  readonly kind?: "unlogged" | "logged" | undefined;
}

/** Any number, the same in every process: PostgreSQL's IF NOT EXISTS fails for two that begin together. */
const LOCK = 4_812_026_002;

/** Milliseconds for the whole of it. */
const TIMEOUT_MS = 30_000;

/**
 * Makes the table of a backend if it is missing. Many processes may do so at once.
 *
 * @throws TypeError for an option that is unknown or wrong; the client's error if it fails.
 * @example
 * const ready = () => createTable({ url: "postgres://localhost/shop", table: "hitbox" });
 */
export async function createTable(options: CreateTableOptions): Promise<void> {
  checkKnown("createTable", options, [...SOURCE_OPTIONS, "kind"], '{ url: "postgres://localhost/shop" }');
  const { table = "hitbox", kind = "unlogged" } = options;
  checkTable(table);
  checkOption(kind === "unlogged" || kind === "logged", "kind", kind, 'must be "unlogged" or "logged"');
  const connection = new Connection(sourceOf(options, TIMEOUT_MS), table);
  try {
    // Without values, so that all of it is one transaction, at whose end the lock is free again.
    await connection.run(`SELECT pg_advisory_xact_lock(${LOCK}); ${tableSql(table, kind)}`);
  } finally {
    await connection.close();
  }
}
