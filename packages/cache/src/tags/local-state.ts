import { randomBytes } from "node:crypto";
import { STAMP_MARK } from "./entry-tags.ts";
import type { Stamps } from "./tag-index.ts";

/** Most invalidated tags that are remembered: two generations of these. */
const MOST_IN_GENERATION = 50_000;
/** Digits of the counter, base 36: as text the stamps of one process are in the order of their numbers. */
const DIGITS = 9;

/** Most times that one tag was expired that are remembered: entries from before are invalid. */
const MOST_EXPIRED = 4;

/** Entries with a stamp up to this one are stale from `at` on, in epoch milliseconds. */
interface Expired {
  readonly stamp: string;
  readonly at: number;
}

/** Tags that were invalidated, each with the newest stamp that it made invalid; and expired tags. */
interface Generation {
  readonly byTag: Map<string, string>;
  /** In the order of the stamps. */
  readonly expired: Map<string, readonly Expired[]>;
  /** The newest stamp of all of them. */
  newest: string;
  /** When the entries that had one of the stamps have expired, by the clock that is not set. */
  until: number;
}

/**
 * The invalidations of one store that lives in this process. A stamp is a number that grows with each
 * invalidation, after a random text that no other process and no other store has.
 *
 * Remembers the invalidated tags alone, and no longer than an entry lives that was stamped before. To forget
 * tags, the floor is raised: an entry whose stamp is not above it is invalid, whatever its tags are. So it
 * does not matter for correctness when tags are forgotten, nor whether a clock was right.
 */
export class LocalState {
  readonly #prefix = `${STAMP_MARK}${randomBytes(6).toString("base64url")}.`;
  readonly #elapsed: () => number;
  #count = 0;
  #current = this.#stampOf(1);
  #floor = this.#stampOf(0);
  #young: Generation = this.#generation();
  #old: Generation = this.#generation();
  /** When the last of the entries stamped so far will have expired. */
  #lastEnd = 0;
  #stamps: Stamps = stampsOf(this.#current);

  constructor(elapsed: () => number) {
    this.#elapsed = elapsed;
    this.#count = 1;
  }

  /**
   * The stamp of entries that are asked for now. Nothing was invalidated since an entry with it was stamped.
   */
  get current(): string {
    return this.#current;
  }

  /** Takes the current stamp, for an entry that will live for `life` milliseconds at most. */
  stamp(life: number): Stamps {
    const now = this.#elapsed();
    if (now + life > this.#lastEnd) this.#lastEnd = now + life;
    this.#age(now);
    return this.#stamps;
  }

  /** An entry that was stamped earlier is to live for `life` milliseconds: tags are remembered as long. */
  prolong(life: number): void {
    this.#lastEnd = Math.max(this.#lastEnd, this.#elapsed() + life);
    for (const generation of [this.#young, this.#old])
      if (sizeOf(generation) > 0) generation.until = Math.max(generation.until, this.#lastEnd);
  }

  /** True if an entry with this stamp may be valid: it is of this state, and above the floor. */
  isKnown(stamp: string): boolean {
    // A text between two that begin alike begins like them.
    return stamp > this.#floor && stamp <= this.#current;
  }

  isInvalidated(tag: string, stamp: string): boolean {
    return isIn(this.#young, tag, stamp) || isIn(this.#old, tag, stamp);
  }

  /** When an entry with this stamp became stale; undefined if it did not. */
  staleSince(tag: string, stamp: string): number | undefined {
    // What is known of a tag moves on with it.
    const { expired } = this.#young.expired.has(tag) ? this.#young : this.#old;
    return expired.get(tag)?.find((one) => stamp <= one.stamp)?.at;
  }

  invalidate(tags: readonly string[]): void {
    for (const tag of tags) this.#young.byTag.set(tag, this.#current);
    this.#note(tags);
  }

  expire(tags: readonly string[], at: number): void {
    for (const tag of tags) this.#expire(tag, at);
    this.#note(tags);
  }

  #expire(tag: string, at: number): void {
    const { byTag, expired } = this.#young;
    const known = expired.get(tag) ?? this.#old.expired.get(tag) ?? [];
    const all = [...known, { stamp: this.#current, at }];
    const forgotten = all.length > MOST_EXPIRED ? all.shift()?.stamp : undefined;
    expired.set(tag, all);
    const invalid = byTag.get(tag);
    if (forgotten !== undefined && (invalid === undefined || invalid < forgotten)) byTag.set(tag, forgotten);
  }

  /** Tags of the young generation have changed. */
  #note(tags: readonly string[]): void {
    if (tags.length === 0) return;
    this.#young.newest = this.#current;
    this.#young.until = this.#lastEnd;
    this.#next();
    this.#age(this.#elapsed());
  }

  /** Every entry so far is gone. */
  forget(): void {
    this.#floor = this.#current;
    this.#next();
    this.#young = this.#generation();
    this.#old = this.#generation();
  }

  #next(): void {
    this.#count += 1;
    this.#current = this.#stampOf(this.#count);
    this.#stamps = stampsOf(this.#current);
  }

  /** Forgets the older generation if its entries have expired, or if there is no room for it. */
  #age(now: number): void {
    const size = sizeOf(this.#young);
    if (size === 0 && sizeOf(this.#old) === 0) return;
    if (size < MOST_IN_GENERATION && now < this.#old.until) return;
    if (sizeOf(this.#old) > 0) this.#floor = this.#old.newest;
    this.#old = this.#young;
    this.#young = this.#generation();
  }

  #generation(): Generation {
    return { byTag: new Map(), expired: new Map(), newest: "", until: Number.NEGATIVE_INFINITY };
  }

  #stampOf(count: number): string {
    return this.#prefix + count.toString(36).padStart(DIGITS, "0");
  }
}

function sizeOf({ byTag, expired }: Generation): number {
  return byTag.size + expired.size;
}

function isIn({ byTag }: Generation, tag: string, stamp: string): boolean {
  if (byTag.size === 0) return false;
  const newest = byTag.get(tag);
  return newest !== undefined && stamp <= newest;
}

/** The same stamp for every tag, also for one that is named later. */
function stampsOf(stamp: string): Stamps {
  return Object.freeze({ of: () => stamp });
}
