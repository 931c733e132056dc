import { BackendError } from "@hitbox/core";
import type { Connection } from "./connection.ts";
import type { Statements } from "./sql.ts";

/** Statements up to this size are sent unasked: no server in use takes less. */
const SMALL_BYTES = 2 ** 18;

/** Bytes of a row in a statement besides its key and value. */
const ROW_BYTES = 100;

/** The columns of a row. */
export type Row = readonly [key: Buffer, value: Uint8Array, until: number | null, version: Buffer];

/**
 * Keeps statements within `max_allowed_packet`, which the server enforces by breaking the connection. Bytes
 * take twice their size in a statement.
 */
export class Packets {
  readonly #connection: Connection;
  readonly #sql: string;
  #max: number | undefined;

  constructor(connection: Connection, { packet }: Statements) {
    this.#connection = connection;
    this.#sql = packet;
  }

  /**
   * `rows` in as many statements as they need.
   *
   * @throws BackendError `too-large` for a row that the server would not take.
   */
  async fit(rows: readonly Row[]): Promise<(readonly Row[])[]> {
    const sizes = rows.map(bytesOf);
    const total = sizes.reduce((sum, size) => sum + size, 0);
    if (total <= SMALL_BYTES) return [rows];
    const max = await this.#limit();
    const parts: Row[][] = [];
    let room = 0;
    rows.forEach((row, at) => {
      const size = sizes[at] as number;
      if (size > max) throw tooLarge(size, max);
      if (size > room) {
        parts.push([]);
        room = max;
      }
      parts.at(-1)?.push(row);
      room -= size;
    });
    return parts;
  }

  async #limit(): Promise<number> {
    if (this.#max === undefined) {
      const { rows } = await this.#connection.run(this.#sql, []);
      // Room for the words of the statement.
      this.#max = Number((rows[0] as { bytes?: unknown } | undefined)?.bytes) - 1_024;
    }
    return this.#max;
  }
}

function bytesOf([key, value]: Row): number {
  return 2 * (key.byteLength + value.byteLength) + ROW_BYTES;
}

function tooLarge(size: number, max: number): BackendError {
  const limit = `the server's max_allowed_packet takes ${max}`;
  return new BackendError("too-large", `the entry needs a statement of ${size} bytes; ${limit}`);
}
