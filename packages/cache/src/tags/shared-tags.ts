import { type CacheValue, isPromise, type MaybePromise } from "@hitbox/core";
import { KeyedQueue } from "@hitbox/core/tier";
import { firstStamp, hasRecord, STAMP_MARK } from "./entry-tags.ts";
import { countChange } from "./known-valid.ts";
import { hasTooManyTags } from "./limits.ts";
import type { PendingInvalidations } from "./pending-invalidations.ts";
import type { RecordStore } from "./record-store.ts";
import { Stampings } from "./stampings.ts";
import type { TagIndex, Verdict } from "./tag-index.ts";
import {
  NO_STAMPS,
  type Read,
  ReadRecords,
  stampOf,
  type TagRecord,
  TakenStamps,
  verdictOf,
  worseOf,
} from "./tag-record.ts";

/** Records that have been asked for already. */
interface Known {
  of(tag: string): Read | undefined;
}

/**
 * Tags of a store that other processes share, or that outlives this one. The store has a record for each tag
 * with entries, and the record has the tag's current stamp. An invalidation deletes the record; a tag without
 * a record has no valid entry. So a record that is lost, in whatever way, makes entries invalid, and never
 * valid.
 */
export class SharedTags implements TagIndex {
  readonly #records: RecordStore;
  readonly #pending: PendingInvalidations;
  readonly #stampings: Stampings;
  readonly #maxTags: number;
  /** Tags that are being expired: what is stamped meanwhile waits for it. */
  readonly #expiring = new KeyedQueue();
  /** Number of invalidations of this process so far. */
  #moment = 0;

  constructor(records: RecordStore, pending: PendingInvalidations, maxTags: number) {
    this.#records = records;
    this.#pending = pending;
    this.#stampings = new Stampings(records, pending);
    this.#maxTags = maxTags;
  }

  ahead(tags: readonly string[]): ReadRecords | undefined {
    const named = tags.filter(hasRecord);
    if (named.length === 0) return undefined;
    return new ReadRecords(
      named,
      named.map((tag) => this.#read(tag)),
      this.#moment,
    );
  }

  accepts({ tags }: CacheValue<unknown>, records?: Known): MaybePromise<Verdict> {
    if (tags === undefined || tags.length === 0) return true;
    if (records === undefined && this.#records.known?.has(tags)) return true;
    const end = firstStamp(tags);
    if (hasTooManyTags(tags, this.#maxTags) || !isComplete(tags, end)) return false;
    let stamp = end;
    let verdict: Verdict = true;
    for (let index = 0; index < end; index++) {
      const tag = tags[index] as string;
      if (!hasRecord(tag)) continue;
      if (this.#pending.has(tag)) return false;
      const read = this.#known(tag, records);
      if (isPromise(read))
        return this.#acceptsLater(tags.slice(index, end), tags.slice(stamp), records, read, verdict);
      const own = read !== null && verdictOf(tags[stamp++] as string, read);
      if (own === false) return false;
      if (own !== true) verdict = worseOf(verdict, own);
    }
    return verdict;
  }

  acceptsAtOnce({ tags }: CacheValue<unknown>): boolean {
    const { known } = this.#records;
    if (known === undefined) return false;
    if (tags === undefined || tags.length === 0 || known.has(tags)) return true;
    const here = new RecordsHere(this.#records);
    if (this.accepts({ tags } as CacheValue<unknown>, here) !== true) return false;
    known.add(tags, here.end);
    return true;
  }

  stamp(tags: readonly string[], life: number, records?: ReadRecords): MaybePromise<TakenStamps> {
    if (tags.length === 0) return NO_STAMPS;
    const known = records?.moment === this.#moment ? records : undefined;
    return this.#stamp(tags, life, known);
  }

  restamp(earlier: TakenStamps, tags: readonly string[], life: number): MaybePromise<TakenStamps> {
    return this.#stamp(tags, life, earlier);
  }

  stamped<T>(entry: CacheValue<T>, stamps: TakenStamps): CacheValue<T> {
    const { tags, expiresAt } = entry;
    if (tags === undefined || !tags.some(hasRecord)) return entry;
    const all = [...tags];
    for (const tag of tags) {
      if (!hasRecord(tag)) continue;
      const record = stamps.of(tag);
      if (record) void this.#stampings.prolong(tag, record, expiresAt);
      all.push(record ? stampOf(record) : STAMP_MARK);
    }
    return { ...entry, tags: all };
  }

  async invalidate(tags: readonly string[]): Promise<void> {
    if (tags.length === 0) return;
    this.#moment += 1;
    this.#stampings.invalidated(tags);
    await this.#pending.add([...new Set(tags)]);
  }

  prolong({ tags = [], expiresAt }: CacheValue<unknown>): Promise<unknown> {
    return Promise.all(tags.filter(hasRecord).map((tag) => this.#prolong(tag, expiresAt)));
  }

  async expire(tags: readonly string[], at: number): Promise<void> {
    const names = [...new Set(tags)];
    this.#moment += 1;
    this.#stampings.invalidated(names);
    const run = (): Promise<PromiseSettledResult<void>[]> =>
      Promise.allSettled(names.map((tag) => this.#expire(tag, at)));
    const results = await this.#expiring.run(names, run);
    // Records that were read meanwhile are no stamps for what is stored from now on.
    this.#moment += 1;
    for (const result of results) if (result.status === "rejected") throw result.reason;
  }

  async #expire(tag: string, at: number): Promise<void> {
    if (this.#pending.has(tag)) return this.#pending.add([tag]);
    try {
      if (await this.#records.expire(tag, at)) return;
    } catch (error) {
      this.#pending.addFailed(tag, error);
      throw error;
    }
    await this.#pending.add([tag]);
  }

  forget(): void {
    countChange();
  }

  async #prolong(tag: string, end: number | undefined): Promise<void> {
    try {
      const record = await this.#read(tag);
      if (record) await this.#stampings.prolong(tag, record, end);
    } catch {
      // The entry ends with its record.
    }
  }

  close(): void {
    this.#records.known?.close();
  }

  /** Undefined in `known`: not asked for. Null: there was none. */
  #known(tag: string, known: Known | undefined): Read {
    const read = known?.of(tag);
    return read !== undefined ? read : this.#read(tag);
  }

  /**
   * A tag with a pending invalidation has no record: by the time the store answers it may not be pending any
   * more.
   */
  #read(tag: string): Read {
    if (this.#pending.has(tag)) return null;
    try {
      return this.#records.peek(tag) ?? this.#records.read(tag);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * `first` is the record of the first tag. The others that are not here yet are asked for in the same tick.
   */
  async #acceptsLater(
    tags: readonly string[],
    stamps: readonly string[],
    records: Known | undefined,
    first: Read,
    before: Verdict,
  ): Promise<Verdict> {
    const named = tags.filter(hasRecord);
    const reads = named.map((tag, index) => (index === 0 ? first : this.#known(tag, records)));
    const found = await Promise.all(reads);
    let verdict = before;
    for (const [index, record] of found.entries()) {
      if (record === null || this.#pending.has(named[index] as string)) return false;
      const own = verdictOf(stamps[index] as string, record);
      if (own !== true) verdict = worseOf(verdict, own);
    }
    return verdict;
  }

  #stamp(tags: readonly string[], life: number, known: Known | undefined): MaybePromise<TakenStamps> {
    const named = tags.filter(hasRecord);
    if (named.length === 0) return NO_STAMPS;
    const expiring = this.#expiring.tail(named);
    const reads = named.map((tag) =>
      // A stamp that is taken already stays: the value is from before the expire.
      expiring && known?.of(tag) === undefined
        ? expiring.then(() => this.#read(tag))
        : this.#known(tag, known),
    );
    return reads.every(isHere) ? new TakenStamps(named, reads) : this.#stampings.take(named, life, reads);
  }
}

/** The records that a first tier has; null for the others. */
class RecordsHere implements Known {
  /** When the first of them ends, in epoch milliseconds. */
  end: number = Number.POSITIVE_INFINITY;
  readonly #records: RecordStore;

  constructor(records: RecordStore) {
    this.#records = records;
  }

  of(tag: string): TagRecord | null {
    const record = this.#records.peek(tag);
    this.end = Math.min(this.end, record?.expiresAt ?? Number.POSITIVE_INFINITY);
    return record;
  }
}

function isHere(read: Read): read is TagRecord {
  return read !== null && !isPromise(read);
}

/** True if there is a stamp for each tag that has a record. An entry of an earlier release has none. */
function isComplete(tags: readonly string[], end: number): boolean {
  let count = 0;
  for (let index = 0; index < end; index++) if (hasRecord(tags[index] as string)) count += 1;
  return count === tags.length - end;
}
