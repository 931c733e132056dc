import { BackendError, type MaybePromise } from "@hitbox/core";
import { isBusy } from "./classify.ts";
import type { SqliteDatabase, SqliteDriver } from "./database.ts";
import { failedOpen, open } from "./open.ts";
import { type Table, table } from "./table.ts";
import { unlocked } from "./unlocked.ts";

/** A database that somebody else has opened, or a file that is to be opened. */
export type Source =
  | { readonly database: SqliteDatabase }
  | { readonly path: string; readonly mode: number; readonly driver: SqliteDriver };

/** A table in a database, for as long as the backend is open. */
export class Connection {
  readonly #source: Source;
  readonly #database: SqliteDatabase;
  readonly #name: string;
  readonly #timeout: number;
  #table: Table | undefined;
  #isClosed = false;

  /** `timeout`: milliseconds that an operation waits for the lock. */
  constructor(source: Source, name: string, timeout: number) {
    this.#source = source;
    this.#name = name;
    this.#timeout = timeout;
    this.#database = "database" in source ? source.database : open(source.path, source.mode, source.driver);
    this.#prepare();
  }

  /** Runs `work` over the table, when no other connection has the lock. */
  run<T>(work: (table: Table) => T, timeout: number = this.#timeout): MaybePromise<T> {
    return unlocked(timeout, () => this.once(work));
  }

  /** The same, once: throws SQLITE_BUSY if another connection has the lock. */
  once<T>(work: (table: Table) => T): T {
    if (this.#isClosed) throw new BackendError("closed", "the backend is closed");
    this.#table ??= table(this.#database, this.#name, "path" in this.#source);
    return work(this.#table);
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
