import { BackendError, type MaybePromise } from "@hitbox/core";
import { isBusy } from "./classify.ts";
import type { SqliteDatabase, SqliteDriver } from "./database.ts";
import { DiskRoom } from "./disk-room.ts";
import { failedOpen, open } from "./open.ts";
import { type Table, type TableOptions, table } from "./table.ts";
import { unlocked } from "./unlocked.ts";

/** A database that somebody else has opened, or a file that is to be opened. */
export type Source =
  | { readonly database: SqliteDatabase }
  | { readonly path: string; readonly mode: number; readonly driver: SqliteDriver };

/** A table in a database, for as long as the backend is open. */
export class Connection {
  readonly #source: Source;
  readonly #database: SqliteDatabase;
  readonly #options: TableOptions;
  readonly #timeout: number;
  readonly #room: DiskRoom | undefined;
  #table: Table | undefined;
  #isClosed = false;

  /** `timeout`: milliseconds that an operation waits for the lock. */
  constructor(source: Source, options: Omit<TableOptions, "isOwn">, timeout: number) {
    this.#source = source;
    this.#options = { ...options, isOwn: "path" in source };
    this.#timeout = timeout;
    this.#room = "path" in source ? new DiskRoom(source.path) : undefined;
    this.#database = "database" in source ? source.database : open(source.path, source.mode, source.driver);
    this.#prepare();
  }

  /** Runs `work` over the table, when no other connection has the lock. */
  run<T>(work: (table: Table) => T, timeout: number = this.#timeout): MaybePromise<T> {
    try {
      return this.once(work);
    } catch (error) {
      if (!isBusy(error)) throw error;
      return unlocked(timeout, () => this.once(work), error);
    }
  }

  /** The same, once: throws SQLITE_BUSY if another connection has the lock. */
  once<T>(work: (table: Table) => T): T {
    if (this.#isClosed) throw new BackendError("closed", "the backend is closed");
    this.#table ??= table(this.#database, this.#options);
    return work(this.#table);
  }

  /** `run` for a write of so many bytes, unless the disk has too little room for it. */
  write<T>(bytes: number, work: (table: Table) => T): MaybePromise<T> {
    return this.run((table) => {
      this.#room?.claim(bytes, () => (table.freePages.get() as { bytes: number }).bytes);
      return work(table);
    });
  }

  close(): void {
    this.#isClosed = true;
    this.#table = undefined;
    if ("path" in this.#source) this.#database.close();
  }

  /** At once, so that a wrong path is told of where it is given. A lock is left to the first operation. */
  #prepare(): void {
    try {
      this.once(() => undefined);
    } catch (error) {
      if (isBusy(error)) return;
      this.close();
      throw "path" in this.#source ? failedOpen(this.#source.path, error) : error;
    }
  }
}
