import type { Clock, KeyListing, Life, Store, StorePage } from "@hitbox/core";
import type { Connection } from "./connection.ts";
import { classify } from "./errors.ts";
import { bytesList, numbersList, type Statements } from "./sql.ts";
import type { Sweeper } from "./sweeper.ts";

/** An index row has 2,704 bytes at most. */
const MAX_KEY_BYTES = 2_600;

/** A value travels as text of twice its size, which PostgreSQL limits to 1 GiB. */
const MAX_BYTES = 2 ** 28;

/** No byte of UTF-8, and after all of them. */
const AFTER_ALL = Buffer.of(0xff);

interface Row {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
  readonly size: number;
  readonly place: number;
}

/** A table of PostgreSQL in the words of `storeBackend`. The version of an entry is the entry. */
export function postgresStore(
  connection: Connection,
  sql: Statements,
  sweeper: Sweeper,
  now: Clock,
): Store<Uint8Array> {
  const get = async (key: string) => bytesIn(await connection.run(sql.get, [Buffer.from(key)]));
  return {
    ...{ label: "postgres", shared: true, persistent: true, expiry: "lazy" },
    ...{ keys: { maxBytes: MAX_KEY_BYTES }, maxBytes: MAX_BYTES, classify, get },
    set: (key, bytes, life) => connection.run(sql.set, columns(key, bytes, life)),
    delete: (key) => connection.run(sql.delete, [Buffer.from(key)]),
    getAndDelete: async (key) => bytesIn(await connection.run(sql.delete, [Buffer.from(key)])),
    async getMany(keys) {
      const found = new Array<Uint8Array | undefined>(keys.length).fill(undefined);
      const { rows } = await connection.run(sql.getMany, [keysList(keys)]);
      for (const { place, value } of rows as Row[]) found[place - 1] = value;
      return found;
    },
    setMany: (entries) =>
      connection.run(sql.setMany, [
        keysList(entries.map(({ key }) => key)),
        bytesList(entries.map(({ bytes }) => bytes)),
        numbersList(entries.map(({ life }) => life.until)),
      ]),
    deleteMany: (keys) => connection.run(sql.deleteMany, [keysList(keys)]),
    async getVersion(key) {
      const bytes = await get(key);
      return bytes && { bytes, version: bytes };
    },
    async compareAndSet(key, version, bytes, life) {
      const row = columns(key, bytes, life);
      const { count } = version
        ? await connection.run(sql.replace, [...row, version])
        : await connection.run(sql.add, row);
      return count === 1;
    },
    clear: () => clearIn(connection, sql),
    list: (listing) => page(connection, sql, listing, now()),
    async close() {
      sweeper.stop();
      await connection.close();
    },
  };
}

function columns(key: string, bytes: Uint8Array, life: Life): unknown[] {
  return [Buffer.from(key), bytes, life.until ?? null];
}

function keysList(keys: readonly string[]): string {
  return bytesList(keys.map((key) => Buffer.from(key)));
}

function bytesIn({ rows }: { readonly rows: readonly unknown[] }): Uint8Array | undefined {
  return (rows[0] as Row | undefined)?.value;
}

/** In steps, in the order of keys. An entry that is written meanwhile may be removed. */
async function clearIn(connection: Connection, sql: Statements): Promise<void> {
  for (let after: Uint8Array | undefined = Buffer.of(); after !== undefined; ) {
    const { rows } = await connection.run(sql.clear, [after]);
    after = (rows[0] as Row | undefined)?.key;
  }
}

async function page(
  connection: Connection,
  sql: Statements,
  { prefix, cursor, limit }: KeyListing,
  now: number,
): Promise<StorePage> {
  const start = Buffer.from(prefix);
  const range = [Buffer.from(cursor ?? ""), start, Buffer.concat([start, AFTER_ALL])];
  const rows = (await connection.run(sql.list, [...range, now, limit])).rows as Row[];
  const keys = rows.map(({ key }) => Buffer.from(key).toString());
  return {
    keys,
    sizes: rows.map(({ size }) => size),
    cursor: rows.length < limit ? undefined : keys.at(-1),
  };
}
