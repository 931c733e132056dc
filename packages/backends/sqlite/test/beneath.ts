import type { RawHooks } from "@hitbox/conformance";
import { Connection } from "../src/connection.ts";
import type { SqliteDatabase, SqliteDriver } from "../src/index.ts";
import { sweeperOf } from "../src/sweeper.ts";
import { connect, driver, tableOf } from "./support.ts";

interface Row {
  readonly value: Uint8Array;
  /** Milliseconds; null for ever. */
  readonly until: number | null;
}

/**
 * The way to tables of one file beneath the backends of spaces. An embedded store has no connection to break.
 */
export class Beneath {
  readonly #path: string;
  readonly #open = new Map<string, number>();

  constructor(path: string) {
    this.#path = path;
  }

  /** A driver that counts the databases that the backends of a space have open. */
  driverOf(space: string): SqliteDriver {
    const count = (more: number): unknown => this.#open.set(space, (this.#open.get(space) ?? 0) + more);
    return class Counted extends driver {
      constructor(...args: ConstructorParameters<SqliteDriver>) {
        super(...args);
        count(1);
      }

      override close(): void {
        super.close();
        count(-1);
      }
    };
  }

  readonly hooks: RawHooks = {
    client: "own",
    connections: (space) => this.#open.get(space) ?? 0,
    bytes: async (space, key) => (await this.#rowOf(space, key))?.value,
    timeToLive: async (space, key) => {
      const row = await this.#rowOf(space, key);
      return row && (row.until === null ? Number.POSITIVE_INFINITY : row.until - Date.now());
    },
    damage: (space, key) =>
      this.#with((database) => {
        const sql = `UPDATE "${tableOf(space)}" SET value = x'00' WHERE key = ?`;
        database.prepare(sql).run(Buffer.from(key));
      }),
    sweep: (space) =>
      this.#with((database) => {
        const connection = new Connection({ database }, { name: tableOf(space), maxBytes: 2 ** 20 }, 1_000);
        return sweeperOf(connection, Date.now).sweep();
      }),
  };

  #rowOf(space: string, key: string): Promise<Row | undefined> {
    const sql = `SELECT value, until FROM "${tableOf(space)}" WHERE key = ?`;
    return this.#with((database) => database.prepare(sql).get(Buffer.from(key)) as Row | undefined);
  }

  async #with<T>(use: (database: SqliteDatabase) => T): Promise<Awaited<T>> {
    const database = connect(this.#path);
    try {
      return await use(database);
    } finally {
      database.close();
    }
  }
}
