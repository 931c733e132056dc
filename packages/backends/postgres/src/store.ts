import type { Clock, KeyListing, Life, Store, StorePage } from "@hitbox/core";
import type { Coherence } from "./coherence/coherence.ts";
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

/** The parts of a store. */
export interface StoreParts {
  readonly connection: Connection;
  /** With their messages, if there is `coherence`. */
  readonly sql: Statements;
  /** Without messages. */
  readonly silent: Statements;
  readonly sweeper: Sweeper;
  readonly coherence: Coherence | undefined;
  readonly now: Clock;
}

/** A table of PostgreSQL in the words of `storeBackend`. The version of an entry is the entry. */
export function postgresStore(parts: StoreParts): Store<Uint8Array> {
  const { connection, sql, silent, sweeper, coherence, now } = parts;
  const told = (key: string): string[] => (coherence ? [coherence.messages.of(key)] : []);
  const toldMany = (keys: readonly string[]): string[] =>
    coherence
      ? [
          `{${coherence.messages
            .ofMany(keys)
            .map((message) => `"${message}"`)
            .join(",")}}`,
        ]
      : [];
  const get = async (key: string) => bytesIn(await connection.run(sql.get, [Buffer.from(key)]));
  return {
    ...{ label: "postgres", shared: true, persistent: true, expiry: "lazy" },
    ...{ keys: { maxBytes: MAX_KEY_BYTES }, maxBytes: MAX_BYTES, classify, get },
    set: (key, bytes, life) => connection.run(sql.set, [...columns(key, bytes, life), ...told(key)]),
    delete: (key) => connection.run(sql.delete, [Buffer.from(key), ...told(key)]),
    getAndDelete: async (key) => bytesIn(await connection.run(sql.delete, [Buffer.from(key), ...told(key)])),
    async getMany(keys) {
      const found = new Array<Uint8Array | undefined>(keys.length).fill(undefined);
      const { rows } = await connection.run(sql.getMany, [keysList(keys)]);
      for (const { place, value } of rows as Row[]) found[place - 1] = value;
      return found;
    },
    setMany(entries) {
      const keys = entries.map(({ key }) => key);
      const values = bytesList(entries.map(({ bytes }) => bytes));
      const ends = numbersList(entries.map(({ life }) => life.until));
      return connection.run(sql.setMany, [keysList(keys), values, ends, ...toldMany(keys)]);
    },
    deleteMany: (keys) => connection.run(sql.deleteMany, [keysList(keys), ...toldMany(keys)]),
    async getVersion(key) {
      const bytes = await get(key);
      return bytes && { bytes, version: bytes };
    },
    async compareAndSet(key, version, bytes, life, change) {
      const { add, replace } = change === "lease" ? silent : sql;
      const message = change === "lease" ? [] : told(key);
      const row = columns(key, bytes, life);
      const { count } = version
        ? await connection.run(replace, [...row, version, ...message])
        : await connection.run(add, [...row, ...message]);
      return count === 1;
    },
    clear: () => clearIn(connection, sql, coherence),
    list: (listing) => page(connection, sql, listing, now()),
    ...(coherence && { watch: (listener) => coherence.watch(listener) }),
    async close() {
      sweeper.stop();
      coherence?.close();
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
async function clearIn(
  connection: Connection,
  sql: Statements,
  coherence: Coherence | undefined,
): Promise<void> {
  const message = coherence ? [coherence.messages.all] : [];
  for (let after: Uint8Array | undefined = Buffer.of(); after !== undefined; ) {
    const { rows } = await connection.run(sql.clear, [after, ...message]);
    after = (rows[0] as Row | undefined)?.key;
  }
  // Also if there was no entry: others may have copies.
  await coherence?.tellAll();
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
