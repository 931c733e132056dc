import type { PendingInvalidations } from "./pending-invalidations.ts";
import type { RecordStore } from "./record-store.ts";
import { type Read, type TagRecord, TakenStamps } from "./tag-record.ts";

/**
 * How often a stamping waits for another one of this process that makes the record, before it makes it
 * itself.
 */
const MOST_JOINS = 3;

/** The stamp of an entry that was invalidated before it was stored: no record has it. */
const INVALID: TagRecord = Object.freeze({ data: "", createdAt: 0 });

interface Stamping {
  readonly tags: readonly string[];
  /** Those that were invalidated here since it began. */
  readonly invalidated: Set<string>;
}

/**
 * Takes stamps from the store, and makes the records that are missing. Bounded by the sets and loads under
 * way.
 */
export class Stampings {
  readonly #records: RecordStore;
  readonly #pending: PendingInvalidations;
  readonly #active = new Set<Stamping>();
  readonly #making = new Map<string, Promise<TagRecord>>();
  readonly #prolonging = new Set<string>();

  constructor(records: RecordStore, pending: PendingInvalidations) {
    this.#records = records;
    this.#pending = pending;
  }

  /** `reads` are the records of `tags`, as far as they are known or asked for. Fails as the store does. */
  async take(tags: readonly string[], life: number, reads: readonly Read[]): Promise<TakenStamps> {
    const stamping: Stamping = { tags, invalidated: new Set() };
    this.#active.add(stamping);
    try {
      const found = await Promise.all(
        tags.map((tag, index) => this.#record(tag, life, reads[index] ?? null)),
      );
      const isValid = (tag: string | undefined): boolean => !stamping.invalidated.has(tag as string);
      const records = found.map((record, index) => (isValid(tags[index]) ? record : INVALID));
      return new TakenStamps(tags, records);
    } finally {
      this.#active.delete(stamping);
    }
  }

  /** In a process, an invalidation that is asked for later invalidates the entries that are being stamped. */
  invalidated(tags: readonly string[]): void {
    for (const stamping of this.#active)
      for (const tag of stamping.tags) if (tags.includes(tag)) stamping.invalidated.add(tag);
  }

  /**
   * Has the record end later than an entry that ends at `end`, in the background. If that fails, the entry
   * ends early.
   */
  prolong(tag: string, record: TagRecord, end: number | undefined): Promise<unknown> | undefined {
    const { data, expiresAt } = record;
    const isLongEnough = expiresAt === undefined || (end !== undefined && end <= expiresAt);
    if (isLongEnough || data === INVALID.data || this.#prolonging.has(tag)) return undefined;
    this.#prolonging.add(tag);
    return this.#records.prolong(tag, record, end).then(() => this.#prolonging.delete(tag));
  }

  async #record(tag: string, life: number, first: Read): Promise<TagRecord> {
    let record = await first;
    for (let joins = 0; record === null; joins++) {
      await this.#pending.settled(tag);
      const making = this.#making.get(tag);
      if (making === undefined || joins === MOST_JOINS) return this.#make(tag, life);
      await making;
      // Not the one that was made: it may have been deleted before this stamping began.
      record = await this.#records.read(tag);
    }
    return record;
  }

  async #make(tag: string, life: number): Promise<TagRecord> {
    const making = this.#records.ensure(tag, life);
    this.#making.set(tag, making);
    try {
      return await making;
    } finally {
      if (this.#making.get(tag) === making) this.#making.delete(tag);
    }
  }
}
