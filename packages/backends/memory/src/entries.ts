import { BackendError, type Clock, type KeyListing, type KeyPage, type StoredValue } from "@hitbox/core";
import { LRUCache } from "lru-cache";
import { ENTRY_BYTES } from "./entry-bytes.ts";
import { ExpiryIndex } from "./expiry-index.ts";
import { ownString } from "./own-string.ts";
import { pageOfSlots } from "./slots.ts";
import { SteadyClock } from "./steady-clock.ts";

export type Stored = StoredValue<unknown>;

/** Why an entry has left: for lack of room, at its end, for a newer one, or because it was removed. */
export type EvictReason = "evicted" | "expired" | "replaced" | "deleted";

export interface EntriesSettings {
  readonly maxEntries: number | undefined;
  readonly maxBytes: number | undefined;
  /** Undefined: bytes are not counted. */
  readonly bytesOf: ((key: string, stored: Stored, limit: number) => number) | undefined;
  readonly now: Clock;
  readonly onEvict: ((key: string, stored: Stored, reason: EvictReason) => void) | undefined;
}

/** Entries that an estimate of all bytes is made from. */
const SAMPLE = 100;

/** Most keys of a Map of V8: 2^24. */
export const MOST_ENTRIES = 16_777_216;

/** The entries of a tier. When they are too many, expired ones leave first, then the least recently used. */
export class Entries {
  readonly #lru: LRUCache<string, Stored>;
  readonly #settings: EntriesSettings;
  readonly #maxEntries: number;
  readonly #maxBytes: number;
  readonly #isCounted: boolean;
  readonly #expiries = new ExpiryIndex();
  readonly #clock: SteadyClock;
  /** Keys by the place that each has as long as its entry is there, however the entries are used. */
  readonly #slots: readonly (string | undefined)[];
  #removing: EvictReason = "deleted";
  #added = 0;
  #removed = 0;

  constructor(settings: EntriesSettings) {
    const { maxEntries = MOST_ENTRIES, maxBytes = Number.MAX_SAFE_INTEGER, now } = settings;
    this.#settings = settings;
    this.#maxEntries = maxEntries;
    this.#maxBytes = maxBytes;
    this.#isCounted = settings.maxBytes !== undefined && settings.bytesOf !== undefined;
    this.#clock = new SteadyClock(now);
    this.#lru = new LRUCache(lruOptions(settings, (stored, key, reason) => this.#tell(key, stored, reason)));
    this.#slots = LRUCache.unsafeExposeInternals(this.#lru).keyList;
  }

  get size(): number {
    return this.#lru.size;
  }

  /** Counted if there is a bound on them, else estimated from the entries that were used last. */
  get bytes(): number | undefined {
    const { maxBytes, bytesOf } = this.#settings;
    return maxBytes === undefined ? bytesOf && this.#sampledBytes(bytesOf) : this.#lru.calculatedSize;
  }

  /** Entries that have left for lack of room before their end. */
  get evictions(): number {
    return this.#added - this.#removed - this.#lru.size;
  }

  get(key: string): Stored | undefined {
    return this.#lru.get(key);
  }

  /** @throws BackendError `too-large` for an entry that can never fit; the old entry stays. */
  set(key: string, stored: Stored): void {
    const bytes = this.#isCounted ? this.#countedBytes(key, stored) : 0;
    let old = this.#lru.peek(key);
    if (this.#isFull(old, bytes)) old = this.#makeRoom(key, bytes);
    const own = old === undefined ? ownString(key) : key;
    if (old === undefined) this.#added += 1;
    if (bytes === 0) this.#lru.set(own, stored);
    else this.#lru.set(own, stored, { size: bytes });
    if (stored.expiresAt !== undefined && stored.expiresAt !== old?.expiresAt)
      this.#note(own, stored.expiresAt);
  }

  /** One page of the keys of entries that are `live`. */
  page(listing: KeyListing, live: (stored: Stored) => boolean): KeyPage {
    return pageOfSlots(this.#slots, listing, (key) => {
      const stored = this.#lru.peek(key);
      return stored !== undefined && live(stored);
    });
  }

  /** Answers with the entry that was there. */
  remove(key: string): Stored | undefined {
    const stored = this.#lru.peek(key);
    if (stored !== undefined) this.#drop(key, "deleted");
    return stored;
  }

  clear(): void {
    this.#removed += this.#lru.size;
    this.#expiries.clear();
    this.#lru.clear();
  }

  #drop(key: string, reason: "deleted" | "expired"): void {
    this.#removed += 1;
    this.#removing = reason;
    this.#lru.delete(key);
    this.#removing = "deleted";
  }

  #countedBytes(key: string, stored: Stored): number {
    const { maxBytes, bytesOf } = this.#settings;
    if (maxBytes === undefined || bytesOf === undefined) return 0;
    const bytes = bytesOf(key, stored, maxBytes);
    if (bytes <= maxBytes) return bytes;
    throw new BackendError(
      "too-large",
      `the entry takes ${bytes} bytes or more, and \`maxBytes\` is ${maxBytes}; raise it, or store less`,
    );
  }

  #sampledBytes(bytesOf: NonNullable<EntriesSettings["bytesOf"]>): number {
    let [count, bytes] = [0, 0];
    for (const [key, stored] of this.#lru.entries()) {
      if (count === SAMPLE) break;
      bytes += bytesOf(key, stored, Number.MAX_SAFE_INTEGER);
      count += 1;
    }
    return count === 0 ? 0 : Math.round((bytes / count) * this.#lru.size);
  }

  /**
   * Drops expired entries until another one of `bytes` fits in, or no expired one is left. The LRU cache does
   * the rest. Answers with the entry that still is under the key.
   */
  #makeRoom(key: string, bytes: number): Stored | undefined {
    let old = this.#lru.peek(key);
    while (this.#isFull(old, bytes) && this.#expiries.takeEnded(this.#clock.now(), this.#dropEnded))
      old = this.#lru.peek(key);
    if (old === undefined && this.#lru.size >= this.#maxEntries) this.#lru.pop();
    return old;
  }

  /** True if there is too little room for an entry of `bytes`, in place of `old`. */
  #isFull(old: Stored | undefined, bytes: number): boolean {
    if (old === undefined && this.#lru.size >= this.#maxEntries) return true;
    return bytes > 0 && this.#lru.calculatedSize + bytes > this.#maxBytes;
  }

  readonly #dropEnded = (key: string, expiresAt: number): void => {
    if (this.#lru.peek(key)?.expiresAt === expiresAt) this.#drop(key, "expired");
  };

  /** Not noted: an entry that is over by this clock, since whoever wrote it has another one. */
  #note(key: string, expiresAt: number): void {
    const time = this.#clock.timeOf(expiresAt);
    if (time === undefined) return;
    this.#expiries.add(key, time, expiresAt);
    this.#expiries.compact(this.#lru.size, (other, end) => this.#lru.peek(other)?.expiresAt === end);
  }

  #tell(key: string, stored: Stored, reason: LRUCache.DisposeReason): void {
    this.#settings.onEvict?.(
      key,
      stored,
      reason === "delete" ? this.#removing : (REASONS[reason] ?? "evicted"),
    );
  }
}

const REASONS: Partial<Record<LRUCache.DisposeReason, EvictReason>> = { set: "replaced", evict: "evicted" };

function lruOptions(
  { maxEntries, maxBytes, onEvict }: EntriesSettings,
  tell: LRUCache.Disposer<string, Stored>,
): LRUCache.Options<string, Stored, unknown> {
  // Places for `max` entries are made at once: no more of them than there is room for.
  const max =
    maxEntries && Math.min(maxEntries, Math.ceil((maxBytes ?? Number.MAX_SAFE_INTEGER) / ENTRY_BYTES) + 1);
  return {
    ...(max === undefined ? {} : { max }),
    ...(maxBytes === undefined ? {} : { maxSize: maxBytes }),
    ...(onEvict === undefined ? {} : { disposeAfter: tell }),
  } as LRUCache.Options<string, Stored, unknown>;
}
