import {
  BackendError,
  type Clock,
  type KeyListing,
  type Life,
  type Store,
  type StorePage,
} from "@hitbox/core";
import type { StepSweeper } from "@hitbox/core/tier";
import type { Coherence } from "./coherence/coherence.ts";
import type { Connection } from "./connection.ts";
import { classify } from "./errors.ts";
import { bytesList, numbersList, type ReadLimits, type Statements } from "./sql.ts";

/** An index row has 2,704 bytes at most. */
const MAX_KEY_BYTES = 2_600;

/** Room for the metadata of an entry, which `storeBackend` takes off the size of a value. */
const METADATA_BYTES = 256;

/** Largest value: clients make a text of twice its size, and a text of V8 has 2^29 - 24 characters. */
export const MOST_VALUE_BYTES: number = 2 ** 28 - 2 ** 10;

/** Largest value that is read in one step. A larger one takes so long that a second step is nothing to it. */
const SMALL_BYTES = 2 ** 18;

/** Bytes that one statement reads or writes, unless one value may have more. */
const BATCH_BYTES = 2 ** 26;

/** Bytes that cannot be read, for an entry whose own are too many. */
const UNREADABLE = new Uint8Array();

/** Entries with values of at most so many bytes. */
export function readLimits(maxValueBytes: number): ReadLimits {
  const value = maxValueBytes + METADATA_BYTES;
  return { small: Math.min(SMALL_BYTES, value), value, batch: Math.max(BATCH_BYTES, value) };
}

/** No byte of UTF-8, and after all of them. */
const AFTER_ALL = Buffer.of(0xff);

interface Row {
  readonly key: Uint8Array;
  /** Null if it is over the limits. */
  readonly value: Uint8Array | null;
  readonly size: number | null;
  readonly place: number;
}

/** The parts of a store. */
export interface StoreParts {
  readonly connection: Connection;
  /** With their messages, if there is `coherence`. */
  readonly sql: Statements;
  /** Without messages. */
  readonly silent: Statements;
  readonly limits: ReadLimits;
  readonly sweeper: StepSweeper;
  readonly coherence: Coherence | undefined;
  readonly now: Clock;
}

/** A table of PostgreSQL in the words of `storeBackend`. The version of an entry is the entry. */
export function postgresStore(parts: StoreParts): Store<Uint8Array> {
  const { connection, sql, silent, limits, sweeper, coherence, now } = parts;
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
  const get = async (key: string): Promise<Uint8Array | undefined> => {
    const sought = [Buffer.from(key)];
    const first = rowIn(await connection.run(sql.get, sought))?.value ?? undefined;
    if (first === undefined || first.byteLength <= limits.small) return first;
    const row = rowIn(await connection.run(sql.getLarge, sought));
    if (row?.value === null) throw tooLarge(limits);
    return row?.value;
  };
  return {
    ...{ label: "postgres", shared: true, persistent: true, expiry: "lazy" },
    ...{
      keys: { maxBytes: MAX_KEY_BYTES },
      maxBytes: limits.value,
      maxBatchBytes: BATCH_BYTES,
      classify,
      get,
    },
    set: (key, bytes, life) => connection.run(sql.set, [...columns(key, bytes, life), ...told(key)]),
    delete: (key) => connection.run(sql.delete, [Buffer.from(key), ...told(key)]),
    async getAndDelete(key) {
      const row = rowIn(await connection.run(sql.delete, [Buffer.from(key), ...told(key)]));
      return row && (row.value ?? UNREADABLE);
    },
    async getMany(keys) {
      const found = new Array<Uint8Array | BackendError | undefined>(keys.length).fill(undefined);
      const { rows } = await connection.run(sql.getMany, [keysList(keys)]);
      for (const { place, value, size } of (rows as Row[]).map(checkRow))
        found[place - 1] = value ?? (size === null ? tooLarge(limits) : tooMany(limits));
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
      void sweeper.stop();
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

function rowIn({ rows }: { readonly rows: readonly unknown[] }): Row | undefined {
  const row = rows[0] as Row | undefined;
  return row && checkRow(row);
}

/** A client with settings of its own may answer with texts. Then nothing that it reads is an entry. */
function checkRow(row: Row): Row {
  if (row.value instanceof Uint8Array || row.value === null) return row;
  const advice = "give one without `binary`, and with the package's own parser of bytea";
  throw new BackendError("unsupported", `the client does not answer bytea as bytes; ${advice}`);
}

function tooLarge({ value }: ReadLimits): BackendError {
  return new BackendError("too-large", `the entry has more than ${value} bytes. Raise \`maxValueBytes\`.`);
}

function tooMany({ batch }: ReadLimits): BackendError {
  return new BackendError("too-large", `the batch has more than ${batch} bytes. Read fewer keys at once.`);
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
    sizes: rows.map(({ size }) => Number(size)),
    cursor: rows.length < limit ? undefined : keys.at(-1),
  };
}
