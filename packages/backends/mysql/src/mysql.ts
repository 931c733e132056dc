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
import { Connection } from "./connection.ts";
import { Packets } from "./packets.ts";
import { checkTable, SOURCE_OPTIONS, type SourceOptions, sourceOf } from "./source.ts";
import { statements } from "./sql.ts";
import { mysqlStore } from "./store.ts";
import { sweeperOf } from "./sweeper.ts";

export interface MysqlOptions extends StoreOptions, SourceOptions {
  /**
   * Milliseconds between sweeps, which remove entries a minute after their end. `Infinity`: no sweeps.
   * Default: 60,000.
   */
  readonly sweepInterval?: number | undefined;
}

const KNOWN = [...STORE_OPTIONS, ...SOURCE_OPTIONS, "sweepInterval"];

/**
 * A tier in a table of MySQL or MariaDB, which `createTable` or a migration has made. It connects at the
 * first operation. A batch is one statement, or several if the server's `max_allowed_packet` is smaller.
 * Statements are not prepared on the server, so that a proxy may stand between.
 *
 * @throws TypeError for an option that is unknown or wrong.
 * @example
 * const tier = mysql({ url: "mysql://localhost/shop", table: "hitbox" });
 */
export function mysql(options: MysqlOptions): Backend {
  checkKnown("mysql", options, KNOWN, '{ url: "mysql://localhost/shop" }');
  const { table = "hitbox", timeout = 1_000, sweepInterval = 60_000, now = systemClock } = options;
  checkInteger("timeout", timeout, 1, 600_000);
  checkLimit("sweepInterval", sweepInterval);
  checkFunction("now", now);
  checkTable(table);
  const connection = new Connection(sourceOf(options, timeout), table);
  const sql = statements(table);
  const packets = new Packets(connection, sql);
  const sweeper = sweeperOf(connection, sql, packets, now);
  const backend = storeBackend(mysqlStore({ connection, sql, packets, sweeper, now }), options);
  sweeper.start(sweepInterval, backend);
  return backend;
}
