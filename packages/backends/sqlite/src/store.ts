import { setImmediate as nextTurn } from "node:timers/promises";
import {
  BackendError,
  type Clock,
  chain,
  type KeyListing,
  type Life,
  type Store,
  type StoreEntry,
  type StorePage,
} from "@hitbox/core";
import type { StepSweeper } from "@hitbox/core/tier";
import { classify } from "./classify.ts";
import type { Connection } from "./connection.ts";
import type { SqliteValue } from "./database.ts";
import { STEP_ROWS, type Table } from "./table.ts";
import { inOneCommit } from "./transaction.ts";

/** SQLite's own limit for a row is 1,000,000,000 bytes, key included. */
export const MOST_VALUE_BYTES: number = 900_000_000;

/** Room for the metadata of an entry, which `storeBackend` takes off the size of a value. */
export const METADATA_BYTES: number = 256;

/** Bytes that cannot be read, for an entry whose own are too many, or none. */
const UNREADABLE = new Uint8Array();

/** No byte of UTF-8, and after all of them. */
const AFTER_ALL = Buffer.of(0xff);

interface Row {
  readonly key: Uint8Array;
  /** Null if it is no bytes, or too many. */
  readonly value: Uint8Array | null;
  readonly size: number;
}

export interface StoreSettings {
  readonly clearTimeout: number;
  /** Most bytes of an entry. */
  readonly maxBytes: number;
  readonly now: Clock;
}

/** A table of SQLite in the words of `storeBackend`. The version of an entry is the entry. */
export function sqliteStore(
  connection: Connection,
  sweeper: StepSweeper,
  { clearTimeout, maxBytes, now }: StoreSettings,
): Store<Uint8Array> {
  const get = (key: string) => connection.run((table) => bytesUnder(table, key, maxBytes));
  return {
    ...{ label: "sqlite", shared: true, persistent: true, expiry: "lazy", getsAtOnce: true },
    ...{ maxBytes, classify, get },
    set: (key, bytes, life) =>
      connection.write(bytes.byteLength, ({ set }) => set.run(...columns(key, bytes, life))),
    delete: (key) => connection.run((table) => table.delete.all(Buffer.from(key))),
    // All rows, since the deletion of a statement that is not run to its end is not committed.
    getAndDelete: (key) => connection.run((table) => removed(table.delete.all(Buffer.from(key))[0])),
    setMany: (entries) =>
      connection.write(sizeOf(entries), ({ database, set }) =>
        inOneCommit(database, () => {
          for (const { key, bytes, life } of entries) set.run(...columns(key, bytes, life));
        }),
      ),
    deleteMany: (keys) =>
      connection.run((table) =>
        inOneCommit(table.database, () => {
          for (const key of keys) table.delete.all(Buffer.from(key));
        }),
      ),
    getVersion: (key) => chain(get(key), (bytes) => bytes && { bytes, version: bytes }),
    compareAndSet: (key, version, bytes, life) =>
      connection.write(bytes.byteLength, (table) => {
        const { changes } = version
          ? table.replace.run(bytes, life.until ?? null, Buffer.from(key), version)
          : table.add.run(...columns(key, bytes, life));
        return Number(changes) === 1;
      }),
    clear: () => clearIn(connection, clearTimeout),
    list: (listing) => connection.run((table) => page(table, listing, now())),
    async close() {
      void sweeper.stop();
      connection.close();
    },
  };
}

function columns(key: string, bytes: Uint8Array, life: Life): SqliteValue[] {
  return [Buffer.from(key), bytes, life.until ?? null];
}

function sizeOf(entries: readonly StoreEntry[]): number {
  return entries.reduce((sum, { bytes }) => sum + bytes.byteLength, 0);
}

function bytesUnder(table: Table, key: string, maxBytes: number): Uint8Array | undefined {
  const row = table.read(key) as Row | undefined;
  if (row?.value !== null) return row?.value;
  const { type } = (table.kind.get(Buffer.from(key)) ?? {}) as { readonly type?: string };
  if (type === undefined) return undefined;
  if (type !== "blob") throw new BackendError("corrupt", "the table holds no bytes under the key");
  throw new BackendError("too-large", `the entry has more than ${maxBytes} bytes. Raise \`maxValueBytes\`.`);
}

function removed(row: unknown): Uint8Array | undefined {
  return row === undefined ? undefined : ((row as Row).value ?? UNREADABLE);
}

/** In steps, between which everything else goes on. An entry that is written meanwhile may be removed. */
async function clearIn(connection: Connection, clearTimeout: number): Promise<void> {
  const last = await connection.run(({ last }) => (last.get() as { id: number | null }).id, clearTimeout);
  if (last === null) return;
  for (;;) {
    const { changes } = await connection.run(({ clear }) => clear.run(last), clearTimeout);
    if (Number(changes) < STEP_ROWS) return;
    await nextTurn();
  }
}

function page(table: Table, { prefix, cursor, limit }: KeyListing, now: number): StorePage {
  const start = Buffer.from(prefix);
  const after = Buffer.from(cursor ?? "");
  const rows = table.list.all(after, start, Buffer.concat([start, AFTER_ALL]), now, limit) as Row[];
  const keys = rows.map(({ key }) => Buffer.from(key).toString());
  return {
    keys,
    sizes: rows.map(({ size }) => size),
    cursor: rows.length < limit ? undefined : keys.at(-1),
  };
}
