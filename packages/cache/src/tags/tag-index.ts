import type { CacheValue, MaybePromise } from "@hitbox/core";

/** The records of some tags, read at the beginning of one operation. Made by `ahead`. */
export interface Records {
  /** For the index itself. Undefined for a tag whose record was not asked for. */
  of(tag: string): unknown;
}

/** The stamps of some tags, taken at one moment. Made by `stamp`. */
export interface Stamps {
  /** For the index itself. Undefined for a tag without a stamp. */
  of(tag: string): unknown;
}

/** True if an entry is valid. A number: it is stale from that moment on, in epoch milliseconds. */
export type Verdict = boolean | number;

/**
 * Decides which tagged entries are valid. An entry carries a stamp for each of its tags, and is valid while
 * each stamp equals the tag's current one. No clock takes part in that. See
 * docs/decisions/2026-11-28-tag-stamps.md.
 *
 * Answers without a promise in memory, and over a first tier that is kept coherent. Takes the tags of an
 * entry as the entry has them: the caller's tags, then internal ones such as `%space:x`, then marks such as
 * `%none` and `%v3`.
 */
export interface TagIndex {
  /**
   * Begins to read the records of tags, so that they travel in one batch with the entry that is read in this
   * tick. Undefined if there is nothing to read. Never throws, and its failures need no listener.
   */
  ahead(tags: readonly string[]): Records | undefined;

  /**
   * True if the entry is valid. `records` are those that were read together with the entry; the records of
   * other tags are read now. Fails as the backend does. `true` at once for an entry without tags.
   *
   * Law: false if the stamps of the entry were known before an invalidation of one of its tags began, and
   * that invalidation was over before the record was read. Not true if they were known before an `expire`
   * that was over by then.
   */
  accepts(entry: CacheValue<unknown>, records?: Records | undefined): MaybePromise<Verdict>;

  /** True if the entry is known to be valid, and not stale, without asking any store. False may be wrong. */
  acceptsAtOnce(entry: CacheValue<unknown>): boolean;

  /**
   * Takes the stamps of tags for an entry that is to live `life` milliseconds, or Infinity. Makes the records
   * that are missing. Fails as the backend does: then nothing with these tags may be stored.
   *
   * A load takes its stamps before it calls the loader, and WAITS for them: an invalidation that comes later
   * then invalidates the value. It may ask for the lease meanwhile. `records` of the same operation save the
   * reading. A set takes them when it begins, and waits for them before it stores the entry. An invalidation
   * of this process that begins before they are here invalidates the entry too.
   */
  stamp(tags: readonly string[], life: number, records?: Records | undefined): MaybePromise<Stamps>;

  /**
   * The stamps for tags that a loader names late. Tags that are stamped already keep their stamp: a new one
   * would hide an invalidation that came while the loader ran. A tag that is named late counts from this
   * call.
   */
  restamp(earlier: Stamps, tags: readonly string[], life: number): MaybePromise<Stamps>;

  /**
   * The entry with its stamps, to be stored. Prolongs in the background the records that would end before the
   * entry. A tag without a stamp makes the entry invalid. An entry without tags is returned as it is.
   */
  stamped<T>(entry: CacheValue<T>, stamps: Stamps): CacheValue<T>;

  /**
   * Invalidates every entry of the tags: in this process at once, elsewhere when this resolves, and in a
   * coherent first tier there when the news arrives. One round trip, however many entries there are. If it
   * fails, the entries stay invalid in this process, nothing of the tags is stamped, and the invalidation is
   * tried again until it succeeds; it rejects all the same.
   */
  invalidate(tags: readonly string[]): Promise<void>;

  /**
   * Makes every entry of the tags stale from `at` on, in epoch milliseconds; elsewhere when this resolves. If
   * that cannot be, they are invalidated.
   */
  expire(tags: readonly string[], at: number): Promise<void>;

  /**
   * Has the records of an entry's tags live as long as the entry, which has got `life` milliseconds anew, or
   * Infinity. Never fails: an entry whose record ends first ends early.
   */
  prolong(entry: CacheValue<unknown>, life: number): MaybePromise<unknown>;

  /** The whole backend has been cleared. */
  forget(): void;

  /** The cache is closed: nothing more is listened for. */
  close(): void;
}

/** Where invalidations go that have failed: the cache's pending deletes. Keys are those of the records. */
export interface TagRetries {
  add(key: string, removal: TagRemoval, error: unknown): void;
  /** The record has been deleted since. */
  settle(key: string): void;
}

/** An invalidation that has failed. Times are epoch milliseconds. */
export interface TagRemoval {
  readonly at: number;
  readonly until: number;
  run(): Promise<void>;
  /** Called if it is given up. */
  abandon(): void;
}

export interface TagIndexOptions {
  /** Epoch milliseconds: for the expiry of records, never for validity. */
  readonly now: () => number;
  /** Milliseconds of a clock that is not set. */
  readonly elapsed: () => number;
  readonly retries: TagRetries;
  /** Most tags that an entry may have. An entry that is read with more is invalid. Default: 64. */
  readonly maxTags?: number | undefined;
  /**
   * The backend that `createCache` was given, raw or typed. Two caches of a process over one store in memory
   * agree on tags by this object. Default: the tier itself.
   */
  readonly store?: object | undefined;
}
