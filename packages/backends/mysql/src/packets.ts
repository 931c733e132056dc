import { BackendError } from "@hitbox/core";
import type { Connection } from "./connection.ts";
import type { Statements } from "./sql.ts";

/** Statements up to this size are sent unasked: no server in use takes less. */
const SMALL_BYTES = 2 ** 18;

/** Longest statement, however much the server takes: a text of V8 has 2^29 - 24 characters. */
const MOST_BYTES = 2 ** 28;

/** Bytes of a row in a statement besides its key and value. */
const ROW_BYTES = 100;
/** And of a key beside others. */
const KEY_BYTES = 5;

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
  fit(rows: readonly Row[]): Promise<(readonly Row[])[]> {
    return this.#parts(rows, bytesOf);
  }

  /** `keys` in as many statements as they need. */
  fitKeys(keys: readonly Buffer[]): Promise<(readonly Buffer[])[]> {
    return this.#parts(keys, ({ byteLength }) => 2 * byteLength + KEY_BYTES);
  }

  async #parts<Item>(items: readonly Item[], sizeOf: (item: Item) => number): Promise<(readonly Item[])[]> {
    if (items.length === 0) return [];
    const sizes = items.map(sizeOf);
    const total = sizes.reduce((sum, size) => sum + size, 0);
    if (total <= SMALL_BYTES) return [items];
    const max = await this.#limit();
    const parts: Item[][] = [];
    let room = 0;
    items.forEach((item, at) => {
      const size = sizes[at] as number;
      if (size > max) throw tooLarge(size, max);
      if (size > room) {
        parts.push([]);
        room = max;
      }
      parts.at(-1)?.push(item);
      room -= size;
    });
    return parts;
  }

  async #limit(): Promise<number> {
    if (this.#max === undefined) {
      const { rows } = await this.#connection.run(this.#sql, []);
      // Room for the words of the statement.
      this.#max = Math.min(MOST_BYTES, Number((rows[0] as { bytes?: unknown } | undefined)?.bytes) - 1_024);
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
