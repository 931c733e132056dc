import { type CacheContext, type CacheValue, cacheContext, chain, isUnreadable, recover } from "@hitbox/core";
import type { TierBackend } from "@hitbox/core/tier";
import { countChange, KnownValid } from "./known-valid.ts";
import { RecordKeys } from "./record-keys.ts";
import { isNeverStored, isRefused, LeaseRefusals } from "./refusals.ts";
import { asRecord, expiredData, newRecord, type Read, recordOf, type TagRecord } from "./tag-record.ts";

/** How often a record is compared and set before it is set without a comparison. */
const MOST_TRIES = 5;
/** The lease of a record is asked for its fence alone. */
const LEASE_MS = 1;

/** The records of tags, in the store that all processes agree on. */
export class RecordStore {
  readonly keys: RecordKeys = new RecordKeys();
  readonly #store: TierBackend;
  readonly #now: () => number;
  /** If a first tier hears of changes: what it has is current. */
  readonly known: KnownValid | undefined;
  readonly #refusals: LeaseRefusals;

  constructor(store: TierBackend, now: () => number, elapsed: () => number) {
    this.#store = store;
    this.#now = now;
    this.known = store.supports.watch === true ? new KnownValid(store, now) : undefined;
    this.#refusals = new LeaseRefusals(elapsed);
  }

  /** The record if a first tier has it that hears of changes. Allocates nothing. */
  peek(tag: string): TagRecord | null {
    return this.known ? asRecord(this.#store.peek(this.keys.of(tag))) : null;
  }

  /** The record now. One that cannot be read is none. Fails as the store does. */
  read(tag: string): Read {
    const entry = recover(
      () => this.#store.get<unknown>(this.keys.of(tag)),
      (error) => {
        if (!isUnreadable(error)) throw error;
        return undefined;
      },
    );
    return chain(entry, asRecord);
  }

  /** The record, made if there is none: all who make it at once agree on one, where the store has leases. */
  async ensure(tag: string, life: number): Promise<TagRecord> {
    if (this.#mayLease) {
      try {
        const record = await this.#ensureFenced(tag, life);
        if (record) return record;
      } catch (error) {
        if (!isRefused(error)) throw error;
        this.#refusals.note(error);
      }
    }
    return (await this.read(tag)) ?? this.#set(tag, newRecord(this.#now(), life));
  }

  /**
   * Has the record end later than an entry that ends at `end`, or never. Does nothing if its stamp is not
   * current.
   */
  async prolong(tag: string, { data }: TagRecord, end: number | undefined): Promise<void> {
    if (!this.#mayLease) return;
    const key = this.keys.of(tag);
    try {
      const { fence, value } = await this.#store.lease<unknown>(key, LEASE_MS);
      const record = asRecord(value);
      if (record?.data !== data || !endsBefore(record, end)) return;
      const life = end === undefined ? Number.POSITIVE_INFINITY : Math.max(0, end - this.#now());
      await this.#store.setFenced(key, recordOf(data, this.#now(), life), fence);
    } catch (error) {
      if (isRefused(error)) this.#refusals.note(error);
    }
  }

  /**
   * Writes into the record that the entries so far are stale from `at` on. False: there is no record, or it
   * cannot be done with a fence. Without one a stamp that is removed meanwhile would come back.
   */
  async expire(tag: string, at: number): Promise<boolean> {
    if (!this.#mayLease) return false;
    countChange();
    try {
      return await this.#expireFenced(this.keys.of(tag), at);
    } catch (error) {
      if (!isRefused(error)) throw error;
      this.#refusals.note(error);
      return false;
    } finally {
      countChange();
    }
  }

  async #expireFenced(key: string, at: number): Promise<boolean> {
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const { fence, value } = await this.#store.lease<unknown>(key, LEASE_MS);
      const record = asRecord(value);
      if (record === null) return false;
      const { createdAt, expiresAt } = record;
      const expired = { data: expiredData(record.data, at), createdAt, expiresAt };
      if (await this.#store.setFenced(key, expired, fence)) return true;
    }
    return false;
  }

  /** Deletes records, in one round trip. Answers with the failures, in the order of `tags`. */
  async remove(tags: readonly string[]): Promise<unknown[]> {
    countChange();
    try {
      return await this.#remove(tags);
    } finally {
      // Until now the first tier may have had the records.
      countChange();
    }
  }

  async #remove(tags: readonly string[]): Promise<unknown[]> {
    const keys = tags.map((tag) => this.keys.of(tag));
    if (!this.#store.supports.removeMany || keys.length === 1) return this.#removeEach(keys);
    try {
      await this.#store.deleteMany(keys);
      return keys.map(() => undefined);
    } catch (error) {
      // A key that the store can never hold fails the whole batch.
      return isNeverStored(error) ? this.#removeEach(keys) : keys.map(() => error);
    }
  }

  get #mayLease(): boolean {
    return this.#store.supports.lease === true && !this.#refusals.isRefusing;
  }

  async #ensureFenced(tag: string, life: number): Promise<TagRecord | undefined> {
    const key = this.keys.of(tag);
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const { fence, value } = await this.#store.lease<unknown>(key, LEASE_MS);
      const known = asRecord(value);
      if (known) return known;
      const record = newRecord(this.#now(), life);
      const context = cacheContext();
      if (!(await this.#store.setFenced<string>(key, record, fence, context))) continue;
      const failed = errorOf(context);
      if (failed === undefined) return record;
      // A tier that has it alone would keep a record that nobody can invalidate.
      await this.#store.delete(key);
      throw failed;
    }
    return undefined;
  }

  /**
   * Without a fence. A tier that takes it alone would keep a record that nobody can invalidate: that is a
   * failure.
   */
  async #set(tag: string, record: TagRecord): Promise<TagRecord> {
    const key = this.keys.of(tag);
    const context = cacheContext();
    await this.#store.set(key, record as CacheValue<unknown>, context);
    const failed = errorOf(context);
    if (failed === undefined) return record;
    await this.#store.delete(key);
    throw failed;
  }

  /**
   * In one tick, each with a context: with it a tier's failure shows even if a policy of a composition hides
   * it.
   */
  #removeEach(keys: readonly string[]): Promise<unknown[]> {
    return Promise.all(keys.map((key) => this.#removeOne(key)));
  }

  async #removeOne(key: string): Promise<unknown> {
    const context = cacheContext();
    try {
      await this.#store.delete(key, context);
    } catch (error) {
      return error;
    }
    return errorOf(context);
  }
}

function errorOf({ tiers }: CacheContext): unknown {
  return tiers.find(({ status }) => status === "error")?.error;
}

function endsBefore({ expiresAt }: TagRecord, end: number | undefined): boolean {
  return expiresAt !== undefined && (end === undefined || expiresAt < end);
}
