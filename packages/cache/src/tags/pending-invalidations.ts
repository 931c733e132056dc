import { isPromise } from "@hitbox/core";
import { KeyedQueue } from "@hitbox/core/tier";
import type { RecordStore } from "./record-store.ts";
import { isNeverStored } from "./refusals.ts";
import type { TagIndexOptions, TagRetries } from "./tag-index.ts";

/** One call of `invalidate`. */
interface Invalidation {
  /** True if an attempt has failed, so that it is tried again later. */
  hasFailed: boolean;
}

/** Most records that one attempt deletes which retries failed invalidations. */
const MOST_AT_ONCE = 1_000;

/**
 * The invalidations of this process that the store has not confirmed yet, the newest for each tag. While a
 * tag has one, its entries are invalid here, and nothing of it is stamped. Bounded by the calls under way and
 * by the retries, which give up the longest waiting.
 */
export class PendingInvalidations {
  readonly #records: RecordStore;
  readonly #retries: TagRetries;
  readonly #now: () => number;
  readonly #byTag = new Map<string, Invalidation>();
  /** Deletes a record after the earlier deletes of it. */
  readonly #order = new KeyedQueue();

  constructor(records: RecordStore, { retries, now }: TagIndexOptions) {
    this.#records = records;
    this.#retries = retries;
    this.#now = now;
  }

  has(tag: string): boolean {
    return this.#byTag.size > 0 && this.#byTag.has(tag);
  }

  /** @throws the first failure; the tags whose record was not deleted stay pending. */
  async add(tags: readonly string[]): Promise<void> {
    const mine: Invalidation = { hasFailed: false };
    for (const tag of tags) this.#byTag.set(tag, mine);
    const failures = await this.#send(tags);
    mine.hasFailed = true;
    for (const [tag, error] of failures) this.#retry(tag, mine, error);
    for (const error of failures.values()) throw error;
  }

  /** Has the record deleted later, because the store has failed. */
  addFailed(tag: string, error: unknown): void {
    const mine: Invalidation = { hasFailed: true };
    this.#byTag.set(tag, mine);
    this.#retry(tag, mine, error);
  }

  /**
   * Waits until the tag has no pending invalidation. Tries one that has failed. @throws if it fails again.
   */
  async settled(tag: string): Promise<void> {
    for (;;) {
      await this.#order.tail(this.#records.keys.of(tag));
      const pending = this.#byTag.get(tag);
      if (pending === undefined) return;
      if (!pending.hasFailed) continue;
      for (const error of (await this.#send([tag])).values()) throw error;
    }
  }

  /** Deletes the records, after the deletes that were asked for earlier. Answers with the failures. */
  async #send(tags: readonly string[]): Promise<ReadonlyMap<string, unknown>> {
    const keys = tags.map((tag) => this.#records.keys.of(tag));
    const work = this.#order.run(keys, () => this.#delete(tags));
    return isPromise(work) ? await work : work;
  }

  async #delete(tags: readonly string[]): Promise<ReadonlyMap<string, unknown>> {
    const meant = tags.map((tag) => this.#byTag.get(tag));
    const results = await this.#records.remove(tags);
    const failures = new Map<string, unknown>();
    for (const [index, tag] of tags.entries()) {
      const error = results[index];
      if (error !== undefined) failures.set(tag, error);
      // An invalidation that was asked for meanwhile still has to be sent.
      if (error === undefined || isNeverStored(error)) this.#end(tag, meant[index]);
    }
    return failures;
  }

  #end(tag: string, meant: Invalidation | undefined): void {
    if (this.#byTag.get(tag) !== meant) return;
    this.#byTag.delete(tag);
    this.#retries.settle(this.#records.keys.of(tag));
  }

  #retry(tag: string, mine: Invalidation, error: unknown): void {
    if (this.#byTag.get(tag) !== mine) return;
    const abandon = (): void => {
      if (this.#byTag.get(tag)?.hasFailed) this.#byTag.delete(tag);
    };
    const run = (): Promise<void> => this.#runAgain(tag);
    const removal = { at: this.#now(), until: Number.POSITIVE_INFINITY, run, abandon };
    this.#retries.add(this.#records.keys.of(tag), removal, error);
  }

  /** Retries the tag, and with it the others that wait: after an outage one round trip is enough for all. */
  async #runAgain(tag: string): Promise<void> {
    if (!this.#byTag.get(tag)?.hasFailed) return;
    const tags = new Set([tag]);
    for (const [other, { hasFailed }] of this.#byTag) {
      if (tags.size >= MOST_AT_ONCE) break;
      if (hasFailed) tags.add(other);
    }
    const failures = await this.#send([...tags]);
    if (failures.has(tag)) throw failures.get(tag);
  }
}
