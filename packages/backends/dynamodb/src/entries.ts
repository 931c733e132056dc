import { BackendError, type DeleteStatus, deleted, missing, type StoredValue } from "@hitbox/core";
import { classify } from "./classify.ts";
import type { Deadline } from "./deadline.ts";
import { type Item, isEntry, metadataAttributes, metadataOf, payloadOf } from "./item.ts";
import { itemBytes, MAX_ITEM_BYTES } from "./item-size.ts";
import type { Layout, Projection } from "./layout.ts";
import { isSplit, type Parts, type SplitEntry, splitEntryOf } from "./parts.ts";
import { type Condition, type Consistency, isRefusal, type Table } from "./table.ts";
import { UnprocessedItemsError } from "./unprocessed-items-error.ts";

/**
 * The attributes that say whether an item is an entry, whether the entry has expired, and which parts it has.
 */
const MARKS = ["version", "parts", "expiresAt", "fenceEnds"];

export interface EntriesSettings {
  readonly table: Table;
  readonly layout: Layout;
  readonly parts: Parts;
  readonly consistency: Consistency;
  readonly ttlAttribute: string;
  readonly chunking: boolean;
  readonly now: () => number;
}

export interface Write {
  readonly value: StoredValue;
  /** As `itemOf` made it. */
  readonly item: Item | undefined;
  /** Of the item that is replaced. Default: none. */
  readonly condition?: Condition | undefined;
}

/** Whole entries, in one item or in parts. */
export class Entries {
  readonly #table: Table;
  readonly #layout: Layout;
  readonly #parts: Parts;
  readonly #settings: EntriesSettings;
  readonly #marks: Projection;

  constructor(settings: EntriesSettings) {
    this.#table = settings.table;
    this.#layout = settings.layout;
    this.#parts = settings.parts;
    this.#settings = settings;
    this.#marks = settings.layout.projection(MARKS);
  }

  async read(key: string, deadline: Deadline): Promise<StoredValue | undefined> {
    const item = await this.#table.get(this.#layout.entry(key), this.#settings.consistency, deadline);
    return this.whole(item, key, deadline);
  }

  /** An answer for each key: an entry that cannot be read fails nobody else's. */
  async readMany(keys: readonly string[], deadline: Deadline): Promise<Answer[]> {
    const places = keys.map((key) => this.#layout.entry(key));
    const { items, rest } = await this.#table.getMany(places, this.#settings.consistency, deadline);
    const found = new Map(items.map((item) => [this.#layout.idOf(item), item]));
    const unread = new Set(rest?.left.map((place) => this.#layout.idOf(place)));
    return Promise.all(
      places.map((place, index) => {
        const id = this.#layout.idOf(place);
        if (rest !== undefined && unread.has(id)) return unavailable(rest.error);
        return this.whole(found.get(id), keys[index] as string, deadline).catch(apart);
      }),
    );
  }

  /**
   * The item of an entry; undefined for one that has to be split.
   *
   * @throws BackendError `too-large` for one that is too large, and may not be split.
   */
  itemOf(key: string, value: StoredValue): Item | undefined {
    const { ttlAttribute, chunking } = this.#settings;
    const metadata = { ...this.#layout.entry(key), ...metadataAttributes(value, ttlAttribute) };
    const item = { ...metadata, payload: { B: value.payload } };
    if (itemBytes(item) <= MAX_ITEM_BYTES) return item;
    // The attributes that name the parts of a split one take less than this.
    const bytes = chunking ? itemBytes(metadata) + 100 : itemBytes(item);
    if (bytes <= MAX_ITEM_BYTES) return undefined;
    const message = `item of ${bytes} bytes, all counted, is over DynamoDB's limit of ${MAX_ITEM_BYTES}`;
    throw new BackendError("too-large", message);
  }

  /**
   * Puts the item of an entry, or the entry in parts; false if the condition does not hold, and nothing was
   * changed.
   */
  async write(key: string, { value, item, condition }: Write, deadline: Deadline): Promise<boolean> {
    const written = item ?? { ...this.#layout.entry(key), ...(await this.#parts.write(value, deadline)) };
    const old = this.#settings.chunking ? "ALL_OLD" : "NONE";
    const put = await this.#table.put(written, { old, condition }, deadline).catch((error: unknown) => {
      // Only then: without a refusal it may have been put, and its parts are read.
      if (isSplit(written) && isRefusal(error)) this.#parts.discard(written);
      throw error;
    });
    await this.#parts.sweep(put.isDone ? put.old : written, deadline);
    return put.isDone;
  }

  async remove(key: string, deadline: Deadline): Promise<DeleteStatus> {
    const removed = await this.#table.delete(this.#layout.entry(key), undefined, deadline);
    await this.#parts.sweep(removed, deadline);
    return this.removed(removed);
  }

  /** The answer to a removal of `item`, or of an item with its marks. */
  removed(item: Item | undefined): DeleteStatus {
    const isThere = item !== undefined && isEntry(item) && !this.#isExpired(item.expiresAt?.N);
    return isThere ? deleted() : missing();
  }

  /**
   * The items of up to 100 keys as they are now, in the order of `keys`, with no more than `MARKS`: for
   * `removed` and for `Parts.sweep`.
   */
  async marksOf(keys: readonly string[], deadline: Deadline): Promise<(Item | undefined)[]> {
    if (keys.length === 0) return [];
    const places = keys.map((key) => this.#layout.entry(key));
    const { items, rest } = await this.#table.getMany(places, "strong", deadline, this.#marks);
    // A write or removal that is to follow has then not been sent for any of them.
    if (rest !== undefined) throw new UnprocessedItemsError(keys.length, keys.length, rest.error.cause);
    const found = new Map(items.map((item) => [this.#layout.idOf(item), item]));
    return places.map((place) => found.get(this.#layout.idOf(place)));
  }

  #isExpired(expiresAt: number | string | undefined): boolean {
    return expiresAt !== undefined && Number(expiresAt) <= this.#settings.now();
  }

  /** The entry of an item, with its parts; undefined for an item that is none. */
  async whole(item: Item | undefined, key: string, deadline: Deadline): Promise<StoredValue | undefined> {
    if (item === undefined || !isEntry(item)) return undefined;
    if (isSplit(item)) return this.#joined(splitEntryOf(item), key, this.#settings.consistency, deadline);
    return { ...metadataOf(item), payload: payloadOf(item) };
  }

  /**
   * If a part is missing, the entry has been replaced, or the replica that was read is behind: it is read
   * again.
   */
  async #joined(
    entry: SplitEntry,
    key: string,
    consistency: Consistency,
    deadline: Deadline,
  ): Promise<StoredValue | undefined> {
    const { version, parts: _parts, payloadBytes: _bytes, ...metadata } = entry;
    // DynamoDB removes expired items one by one, in any order.
    if (this.#isExpired(metadata.expiresAt)) return undefined;
    const payload = await this.#parts.read(entry, consistency, deadline);
    if (payload !== undefined) return { ...metadata, payload };
    const again = await this.#table.get(this.#layout.entry(key), "strong", deadline);
    if (again === undefined || !isSplit(again)) return this.whole(again, key, deadline);
    const next = splitEntryOf(again);
    if (next.version === version && consistency === "strong")
      throw new BackendError("corrupt", `of the ${entry.parts} parts of the entry, not all are there`);
    return this.#joined(next, key, "strong", deadline);
  }
}

type Answer = StoredValue | BackendError | undefined;

/** An error of one entry, as its own answer. */
function apart(error: unknown): BackendError {
  if (BackendError.is(error)) return error;
  return new BackendError(classify(error) ?? "internal", String(error), { cause: error });
}

function unavailable(error: Error): BackendError {
  return new BackendError(classify(error) ?? "unavailable", error.message, { cause: error });
}
