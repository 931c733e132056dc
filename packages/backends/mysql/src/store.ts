import { randomBytes } from "node:crypto";
import type { Clock, KeyListing, Life, Store, StorePage } from "@hitbox/core";
import type { StepSweeper } from "@hitbox/core/tier";
import type { Connection } from "./connection.ts";
import { classify, isDuplicate } from "./errors.ts";
import type { Packets, Row } from "./packets.ts";
import { MAX_KEY_BYTES, STEP_ROWS, type Statements } from "./sql.ts";

/** A MEDIUMBLOB has 16 MiB less one byte. */
const MAX_BYTES = 2 ** 24 - 1;

/** No byte of UTF-8, and after all of them. */
const AFTER_ALL = Buffer.of(0xff);

interface Found {
  readonly key: Buffer;
  readonly value: Buffer;
  readonly version: Buffer;
  readonly size: number;
}

/** The parts of a store. */
export interface StoreParts {
  readonly connection: Connection;
  readonly sql: Statements;
  readonly packets: Packets;
  readonly sweeper: StepSweeper;
  readonly now: Clock;
}

/** A table of MySQL or MariaDB in the words of `storeBackend`. Each write gives its row a new version. */
export function mysqlStore({ connection, sql, packets, sweeper, now }: StoreParts): Store<Buffer> {
  const write = async (rows: readonly Row[]): Promise<void> => {
    for (const part of await packets.fit(rows)) await connection.run(sql.set, [part]);
  };
  const first = async (statement: string, key: string): Promise<Found | undefined> =>
    (await connection.run(statement, [Buffer.from(key)])).rows[0] as Found | undefined;
  return {
    ...{ label: "mysql", shared: true, persistent: true, expiry: "lazy" },
    ...{ keys: { maxBytes: MAX_KEY_BYTES }, maxBytes: MAX_BYTES, classify },
    get: async (key) => (await first(sql.get, key))?.value,
    set: (key, bytes, life) => write([rowOf(key, bytes, life)]),
    delete: (key) => connection.run(sql.delete, [[Buffer.from(key)]]),
    async getMany(keys) {
      const asked = keys.map((key) => Buffer.from(key));
      const found = new Map<string, Buffer>();
      for (const part of await packets.fitKeys(asked)) {
        const rows = (await connection.run(sql.getMany, [part])).rows as readonly Found[];
        for (const { key, value } of rows) found.set(key.toString("latin1"), value);
      }
      return asked.map((key) => found.get(key.toString("latin1")));
    },
    setMany: (entries) => write(entries.map(({ key, bytes, life }) => rowOf(key, bytes, life))),
    async deleteMany(keys) {
      const parts = await packets.fitKeys(keys.map((key) => Buffer.from(key)));
      for (const part of parts) await connection.run(sql.delete, [part]);
    },
    async getVersion(key) {
      const found = await first(sql.getVersion, key);
      return found && { bytes: found.value, version: found.version };
    },
    async compareAndSet(key, version, bytes, life) {
      const row = rowOf(key, bytes, life);
      await packets.fit([row]);
      return version ? replaced(connection, sql, row, version) : added(connection, sql, row);
    },
    clear: (prefix) => clearIn(connection, sql, prefix),
    list: (listing) => page(connection, sql, listing, now()),
    async close() {
      void sweeper.stop();
      await connection.close();
    },
  };
}

function rowOf(key: string, bytes: Uint8Array, life: Life): Row {
  // Views other than Buffers would be written as text.
  const value = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return [Buffer.from(key), value, life.until ?? null, randomBytes(8)];
}

async function added(connection: Connection, sql: Statements, row: Row): Promise<boolean> {
  try {
    await connection.run(sql.add, [[row]]);
    return true;
  } catch (error) {
    if (isDuplicate(error)) return false;
    throw error;
  }
}

async function replaced(
  connection: Connection,
  sql: Statements,
  [key, value, until, next]: Row,
  version: Buffer,
): Promise<boolean> {
  return (await connection.run(sql.replace, [value, until, next, key, version])).count === 1;
}

/** In steps, in the order of keys. An entry that is written meanwhile may be removed. */
async function clearIn(connection: Connection, sql: Statements, prefix: string): Promise<void> {
  const [start, end] = rangeOf(prefix);
  const { rows } = await connection.run(sql.last, [start, end]);
  const last = (rows[0] as Found | undefined)?.key;
  if (!last) return;
  while ((await connection.run(sql.clear, [start, last])).count === STEP_ROWS);
}

async function page(
  connection: Connection,
  sql: Statements,
  { prefix, cursor, limit }: KeyListing,
  now: number,
): Promise<StorePage> {
  const range = [Buffer.from(cursor ?? ""), ...rangeOf(prefix)];
  const rows = (await connection.run(sql.list, [...range, now, limit])).rows as readonly Found[];
  const keys = rows.map(({ key }) => key.toString());
  return {
    keys,
    sizes: rows.map(({ size }) => Number(size)),
    cursor: rows.length < limit ? undefined : keys.at(-1),
  };
}

/** From the first key with a prefix to the end of them. */
function rangeOf(prefix: string): readonly [start: Buffer, end: Buffer] {
  const start = Buffer.from(prefix);
  return [start, Buffer.concat([start, AFTER_ALL])];
}
