import type { WriteRequest } from "@aws-sdk/client-dynamodb";
import { type BackendError, type DeleteStatus, Lanes, type StoredValue } from "@hitbox/core";
import { slices } from "@hitbox/core/tier";
import { allWritten } from "./all-written.ts";
import { Deadline } from "./deadline.ts";
import type { Entries, EntriesSettings, Write } from "./entries.ts";
import { inLanes } from "./in-lanes.ts";
import type { Item } from "./item.ts";
import { isSplit } from "./parts.ts";
import { BATCH_WRITE } from "./table.ts";

/**
 * Requests of batches that are under way at once. The SDK's client has 50 connections by default, and lone
 * operations need some of them.
 */
const READ_LANES = 8;
const WRITE_LANES = 12;
/** Split entries that are written at once: each of them is up to ten requests of 4 MB. */
const SPLIT_LANES = 2;
/** Keys that are looked up and removed in one lane: one request to read, and two side by side to remove. */
const REMOVE_PIECE = 2 * BATCH_WRITE.max;

export interface BatchSettings extends EntriesSettings {
  /** Milliseconds for each request. */
  readonly timeout: number;
}

interface KeyedWrite extends Write {
  readonly key: string;
}

/**
 * Batches of any size. Each request has a deadline of its own, which begins when the request finds a free
 * lane.
 */
export class Batches {
  readonly #settings: BatchSettings;
  readonly #entries: Entries;
  readonly #reads = new Lanes(READ_LANES);
  readonly #writes = new Lanes(WRITE_LANES);
  readonly #splits = new Lanes(SPLIT_LANES);

  constructor(settings: BatchSettings, entries: Entries) {
    this.#settings = settings;
    this.#entries = entries;
  }

  /** Up to 100 keys: core asks for a hundred at a time, for all hundreds at once. */
  read(keys: readonly string[]): Promise<(StoredValue | BackendError | undefined)[]> {
    return this.#reads.run(() => this.#timed((deadline) => this.#entries.readMany(keys, deadline)));
  }

  /** Sends nothing if an entry is too large. */
  async write(entries: readonly (readonly [key: string, value: StoredValue])[]): Promise<void> {
    const writes = entries.map(([key, value]) => ({ key, value, item: this.#entries.itemOf(key, value) }));
    const [whole, split] = [writes.filter(({ item }) => item), writes.filter(({ item }) => !item)];
    await inLanes(this.#writes, slices(whole, BATCH_WRITE.max), (piece) => this.#writePiece(piece));
    await inLanes(this.#splits, slices(split, 1), async ([one]) => {
      if (one) await this.#timed((deadline) => this.#entries.write(one.key, one, deadline));
    });
  }

  /**
   * Removes up to 25 keys by one request each, and more by batches. A batch is told only by a read before it
   * which keys there are: if two processes remove a key at the same time, both may be answered `deleted`.
   */
  async remove(keys: readonly string[]): Promise<DeleteStatus[]> {
    if (keys.length > BATCH_WRITE.max) return this.#removePieces(keys);
    const statuses: DeleteStatus[] = [];
    await inLanes(new Lanes(keys.length), slices(keys, 1), async ([key = ""], index) => {
      statuses[index] = await this.#timed((deadline) => this.#entries.remove(key, deadline));
    });
    return statuses;
  }

  async #writePiece(writes: readonly KeyedWrite[]): Promise<void> {
    const requests = writes.map(({ item }): WriteRequest => ({ PutRequest: { Item: item as Item } }));
    // BatchWriteItem does not answer with the items that it replaces, whose parts are to be removed.
    const keys = this.#settings.chunking ? writes.map(({ key }) => key) : [];
    const replaced = await this.#timed((deadline) => this.#entries.marksOf(keys, deadline));
    await this.#timed((deadline) => this.#settings.table.writeMany(requests, deadline));
    await this.#sweep(replaced);
  }

  async #removePieces(keys: readonly string[]): Promise<DeleteStatus[]> {
    const pieces = slices(keys, REMOVE_PIECE);
    const statuses: DeleteStatus[][] = [];
    await inLanes(this.#reads, pieces, async (piece, index) => {
      statuses[index] = await this.#removePiece(piece);
    });
    return statuses.flat();
  }

  async #removePiece(keys: readonly string[]): Promise<DeleteStatus[]> {
    const { layout, table } = this.#settings;
    const marks = await this.#timed((deadline) => this.#entries.marksOf(keys, deadline));
    const found = keys.filter((_, index) => marks[index] !== undefined);
    const requests = found.map((key): WriteRequest => ({ DeleteRequest: { Key: layout.entry(key) } }));
    const batches = slices(requests, BATCH_WRITE.max).map((some) =>
      this.#timed((deadline) => table.writeMany(some, deadline)),
    );
    await allWritten(batches, found.length);
    await this.#sweep(marks);
    return marks.map((mark) => this.#entries.removed(mark));
  }

  async #sweep(items: readonly (Item | undefined)[]): Promise<void> {
    if (!items.some((item) => item && isSplit(item))) return;
    await this.#timed(async (deadline) => {
      await Promise.all(items.map((item) => this.#settings.parts.sweep(item, deadline)));
    });
  }

  #timed<T>(operate: (deadline: Deadline) => Promise<T>): Promise<T> {
    return Deadline.run(this.#settings.timeout, operate);
  }
}
