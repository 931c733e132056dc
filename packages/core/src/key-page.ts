/** A request for one page of keys. */
export interface KeyListing {
  /** Only keys that begin with this, as the store has them. Empty: all keys. */
  readonly prefix: string;
  /** The cursor of the page before; undefined for the first page. Whoever lists does not look into it. */
  readonly cursor: string | undefined;
  /** Keys for one page, about: 1 to 10,000. A store that works in buckets may go over it. */
  readonly limit: number;
  /**
   * True: also the keys that hold a lease or a fence, and no live entry, as a load that has begun does. A
   * caller that removes the key keeps the loaded value out of the store. Default: only keys of entries.
   */
  readonly leased?: boolean | undefined;
}

/** Keys of a store, as the store has them. */
export interface KeyPage {
  readonly keys: readonly string[];
  /** For the request of the next page; undefined after the last one. */
  readonly cursor: string | undefined;
}
