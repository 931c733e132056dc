import { randomBytes } from "node:crypto";
import type { RawHooks } from "@hitbox/conformance";
import type { Pool, RowDataPacket } from "mysql2/promise";
import { Connection } from "../src/connection.ts";
import { Packets } from "../src/packets.ts";
import { statements } from "../src/sql.ts";
import { CLOCK_MARGIN_MS, sweeperOf } from "../src/sweeper.ts";
import { tableOf } from "./support.ts";

interface Row extends RowDataPacket {
  readonly value: Buffer;
  /** Milliseconds; null for ever. */
  readonly until: number | null;
}

/** The way to tables beneath the backends of spaces, by a client of the test's own. */
export function beneath(client: () => Pool): RawHooks {
  const rowOf = async (space: string, key: string): Promise<Row | undefined> => {
    const sql = `SELECT value, until FROM ${tableOf(space)} WHERE \`key\` = ?`;
    return (await client().query<Row[]>(sql, [Buffer.from(key)]))[0][0];
  };
  return {
    bytes: async (space, key) => (await rowOf(space, key))?.value,
    async timeToLive(space, key) {
      const row = await rowOf(space, key);
      return row && (row.until === null ? Number.POSITIVE_INFINITY : row.until - Date.now());
    },
    damage: (space, key) =>
      client().query(`UPDATE ${tableOf(space)} SET value = 'no entry', version = ? WHERE \`key\` = ?`, [
        randomBytes(8),
        Buffer.from(key),
      ]),
    // With a clock that is ahead by what the sweep leaves to clocks that are behind.
    sweep(space) {
      const connection = new Connection({ client: client() }, tableOf(space));
      const sql = statements(tableOf(space));
      const packets = new Packets(connection, sql);
      return sweeperOf(connection, sql, packets, () => Date.now() + CLOCK_MARGIN_MS).sweep();
    },
  };
}
