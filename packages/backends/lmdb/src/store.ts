import { realpathSync } from "node:fs";
import { join } from "node:path";
import { outside } from "@hitbox/core";
import { type Database, open, type RootDatabase } from "lmdb";
import { checkStore, DATA_FILE } from "./check-store.ts";
import { committed } from "./committed.ts";
import { DiskSpace } from "./disk-space.ts";
import { expiryRow } from "./expiry-row.ts";
import { type Entries, liveEntry, NEVER, type StoredBytes } from "./live-entry.ts";
import { makeStore } from "./make-store.ts";
import { oldestRead } from "./oldest-read.ts";
import { opening } from "./opening.ts";
import { Turns } from "./turns.ts";

/**
 * An open LMDB environment, one for each directory and process. lmdb reads from a snapshot that a commit
 * through the same handle renews: two handles would not see each other's writes at once.
 */
export class Store {
  /** Envelopes by key; the version of an entry is its expiry, or NEVER. */
  readonly entries: Entries;
  /** Keys by expiry. A row outlives an entry that was removed or replaced: the sweep compares versions. */
  readonly expiries: Database<Buffer, Buffer>;
  readonly space: DiskSpace;
  readonly #root: RootDatabase<Uint8Array, Buffer>;
  readonly #place: string;
  readonly #turns: Turns;
  #users = 0;

  constructor(place: string) {
    this.#place = place;
    this.space = new DiskSpace(join(place, DATA_FILE), () => oldestRead(this.#root));
    this.#turns = new Turns(this.space, () => this.#renew());
    this.#root = open({ path: place, noSubdir: false, ...COMMITS, ...BINARY });
    this.entries = this.#root.openDB({ name: ENTRIES, useVersions: true, ...BINARY });
    this.expiries = this.#root.openDB({ name: "hitbox-expiry-rows", ...BINARY });
  }

  acquire(): this {
    this.#users += 1;
    return this;
  }

  /**
   * Writes an entry in place of another.
   *
   * @throws BackendError `unavailable` if the disk has too little space left. Other writes do so, too.
   */
  write(key: Buffer, bytes: Uint8Array, expiresAt: number): Promise<boolean> {
    return this.#turns.run(
      () => this.space.claim(bytes.byteLength),
      () => committed(...this.put(key, bytes, expiresAt)),
    );
  }

  /** Within a transaction writes an entry at once; without, it is queued. */
  put(
    key: Buffer,
    bytes: Uint8Array,
    expiresAt: number,
  ): [entry: Promise<boolean>, ...others: Promise<boolean>[]] {
    // The expiry first: should the process end between the two, the sweep finds a key without an entry, not
    // an entry that nothing leads to.
    const noted = expiresAt === NEVER ? [] : [this.expiries.put(expiryRow(expiresAt, key), NOTHING)];
    return [this.entries.put(key, bytes, expiresAt), ...noted];
  }

  /**
   * Runs `action` in a transaction, and answers as it does once its writes are visible to readers. It runs
   * later, when all earlier writes of this process have been made, and alone of all processes. It must not
   * wait, and may put an entry of `bytes`.
   */
  transaction<T>(bytes: number, action: () => T): Promise<T> {
    return this.#turns.run(
      () => this.space.claim(bytes),
      () => committed(this.entries.transaction(action)),
    );
  }

  /** A transaction that only removes: it may use the room that is kept for removals. */
  removal<T>(action: () => T): Promise<T> {
    return this.#turns.run(
      () => this.space.claimRemoval(),
      () => committed(this.entries.transaction(action)),
    );
  }

  clear(): Promise<unknown> {
    return this.#turns.run(
      () => this.space.claimClear(),
      () => committed(this.entries.clearAsync(), this.expiries.clearAsync()),
    );
  }

  /** The bytes under a key, as far as is known before a transaction. */
  sizeOf(key: Buffer): number {
    return this.entries.getBinaryFast(key)?.length ?? 0;
  }

  /** Within a transaction. */
  remove(key: Buffer): void {
    const version = this.entries.getEntry(key)?.version ?? NEVER;
    void this.expiries.remove(expiryRow(version, key));
    void this.entries.remove(key);
  }

  live(key: Buffer, now: number): StoredBytes | undefined {
    return liveEntry(this.entries, key, now);
  }

  /** Waits for pending writes; the last user closes the environment. */
  async release(): Promise<void> {
    this.#users -= 1;
    if (this.#users === 0) stores.delete(this.#place);
    const isWritable = await this.#settle();
    // After a failed commit, lmdb's close waits for ever, unless a later one succeeds.
    if (this.#users === 0 && isWritable) await this.#root.close();
  }

  /** True if a write that changes nothing can be committed. Every earlier one has been, or has failed. */
  async #settle(): Promise<boolean> {
    return committed(this.expiries.remove(expiryRow(NEVER))).catch(() => false);
  }

  /** Commits a change, although nothing is other than before. */
  #renew(): Promise<boolean> {
    const row = expiryRow(NEVER);
    return committed(this.expiries.put(row, NOTHING), this.expiries.remove(row));
  }

  /** Frees the pages that readers held which have died: LMDB could not use them again. */
  freeDeadReaders(): void {
    this.#root.readerCheck();
  }
}

/**
 * A commit takes all writes of one turn of the event loop, or those that came while the last commit was
 * written to disk. By default lmdb makes a failed commit an unhandled rejection, whatever the caller handles. Its commits
 * that start within a turn can still be at work when the environment is closed under them.
 */
const COMMITS = { eventTurnBatching: false, txnStartThreshold: 1_000_000_000, strictAsyncOrder: true };

/** The name of the database that has the entries. */
export const ENTRIES = "hitbox-entries";

export const BINARY = { encoding: "binary", keyEncoding: "binary" } as const;

const NOTHING = Buffer.alloc(0);

const stores = new Map<string, Store>();

/**
 * The store of a directory, opened if it is not open in this process. Each is released once. `mode`:
 * permissions of the files, if they have to be made.
 */
export function acquireStore(path: string, mode = 0o600): Store {
  return opening(path, () => {
    makeStore(path, mode);
    const place = realpathSync(path);
    const known = stores.get(place);
    if (known) return known.acquire();
    checkStore(place, "write");
    const store = outside(() => new Store(place));
    stores.set(place, store);
    return store.acquire();
  });
}
