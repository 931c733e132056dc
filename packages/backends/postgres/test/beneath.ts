import type { RawHooks } from "@hitbox/conformance";
import type pg from "pg";
import { Connection } from "../src/connection.ts";
import { statements } from "../src/sql.ts";
import { readLimits } from "../src/store.ts";
import { CLOCK_MARGIN_MS, sweeperOf } from "../src/sweeper.ts";
import { tableOf } from "./support.ts";

interface Row {
  readonly value: Buffer;
  /** A number of milliseconds as text; null for ever. */
  readonly until: string | null;
}

/** The way to tables beneath the backends of spaces, by a client of the test's own. */
export function beneath(client: () => pg.Pool): RawHooks {
  const rowOf = async (space: string, key: string): Promise<Row | undefined> => {
    const sql = `SELECT value, until FROM "${tableOf(space)}" WHERE key = $1`;
    return (await client().query<Row>(sql, [Buffer.from(key)])).rows[0];
  };
  return {
    bytes: async (space, key) => (await rowOf(space, key))?.value,
    async timeToLive(space, key) {
      const row = await rowOf(space, key);
      return row && (row.until === null ? Number.POSITIVE_INFINITY : Number(row.until) - Date.now());
    },
    damage: (space, key) =>
      client().query(`UPDATE "${tableOf(space)}" SET value = 'no entry' WHERE key = $1`, [Buffer.from(key)]),
    // With a clock that is ahead by what the sweep leaves to clocks that are behind.
    sweep(space) {
      const connection = new Connection({ client: client() }, tableOf(space));
      const { sweep } = statements(tableOf(space), readLimits(2 ** 20));
      return sweeperOf(connection, sweep, () => Date.now() + CLOCK_MARGIN_MS).sweep();
    },
  };
}
