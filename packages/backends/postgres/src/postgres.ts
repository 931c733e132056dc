import {
  type Backend,
  checkFunction,
  checkInteger,
  checkKnown,
  checkLimit,
  STORE_OPTIONS,
  type StoreOptions,
  storeBackend,
  systemClock,
} from "@hitbox/core";
import { wholeClock } from "@hitbox/core/tier";
import { channelOf, coherenceOf } from "./coherence/coherence-of.ts";
import type { PostgresCoherence } from "./coherence/coherence-option.ts";
import { Connection } from "./connection.ts";
import { checkTable, SOURCE_OPTIONS, type SourceOptions, sourceOf } from "./source.ts";
import { statements } from "./sql.ts";
import { MOST_VALUE_BYTES, postgresStore, readLimits } from "./store.ts";
import { sweeperOf } from "./sweeper.ts";

export interface PostgresOptions extends StoreOptions, SourceOptions {
  /**
   * Tells other backends of this table of changes, and hears of theirs, so that their first tiers drop old
   * copies. It takes a connection more while it is watched. Every process that changes the table needs it.
   * Default: none.
   */
  readonly coherence?: "notify" | PostgresCoherence | undefined;
  /**
   * Most bytes of a value, 1,024 to 268,434,432. A larger one of another writer is not read. Default:
   * 33,554,432, which is 32 MiB.
   */
  readonly maxValueBytes?: number | undefined;
  /**
   * Milliseconds between sweeps, which remove entries a minute after their end. `Infinity`: no sweeps.
   * Default: 60,000.
   */
  readonly sweepInterval?: number | undefined;
}

const KNOWN = [...STORE_OPTIONS, ...SOURCE_OPTIONS, "maxValueBytes", "sweepInterval", "coherence"];

/**
 * A tier in a table of PostgreSQL, which `createTable` or a migration has made. It connects at the first
 * operation. A batch is one statement. Statements are not prepared on the server, so that a pooler such as
 * PgBouncer may stand between.
 *
 * @throws TypeError for an option that is unknown or wrong.
 * @example
 * const tier = postgres({ url: "postgres://localhost/shop", table: "hitbox" });
 */
export function postgres(options: PostgresOptions): Backend {
  checkKnown("postgres", options, KNOWN, '{ url: "postgres://localhost/shop" }');
  const { table = "hitbox", timeout = 1_000, sweepInterval = 60_000, now: clock = systemClock } = options;
  const { maxValueBytes = 2 ** 25 } = options;
  checkInteger("maxValueBytes", maxValueBytes, 1_024, MOST_VALUE_BYTES);
  checkInteger("timeout", timeout, 1, 600_000);
  checkLimit("sweepInterval", sweepInterval);
  checkFunction("now", clock);
  const now = wholeClock(clock);
  checkTable(table);
  const source = sourceOf(options, timeout);
  const connection = new Connection(source, table);
  const coherence = coherenceOf(options, source, connection);
  const limits = readLimits(maxValueBytes);
  const silent = statements(table, limits);
  const sql = coherence ? statements(table, limits, channelOf(table)) : silent;
  const sweeper = sweeperOf(connection, sql.sweep, now);
  const backend = storeBackend(
    postgresStore({ connection, sql, silent, limits, sweeper, coherence, now }),
    options,
  );
  sweeper.start(sweepInterval, backend);
  return backend;
}
