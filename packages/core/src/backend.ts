import type { BackendError, ErrorCode } from "./backend-error.ts";
import type { BackendWarning } from "./backend-warning.ts";
import type { BackendListener, StopWatching } from "./change-listener.ts";
import type { Compressor } from "./compressor.ts";
import type { DeleteStatus } from "./delete-status.ts";
import type { Format } from "./format.ts";
import type { KeyFormat } from "./key-format.ts";
import type { KeyListing, KeyPage } from "./key-page.ts";
import type { StoredLease } from "./lease.ts";
import type { MaybePromise } from "./maybe-promise.ts";
import type { Origin } from "./origin.ts";
import type { StoredValue } from "./stored-value.ts";

/** At most `max` keys or entries a call. Core splits larger requests. */
export interface BatchLimit {
  readonly max: number;
}

/**
 * The abilities of a backend, fixed when it is made. Core refuses an undeclared operation without calling the
 * backend.
 */
export interface BackendSupports {
  /**
   * An expired entry is removed by the store (`native`), by the backend when it finds one (`lazy`), or never
   * (`none`).
   */
  readonly expiry: "native" | "lazy" | "none";
  /** Other processes see the same entries. */
  readonly shared: boolean;
  /** Entries outlive the process. */
  readonly persistent: boolean;
  readonly readMany: false | BatchLimit;
  readonly writeMany: false | BatchLimit;
  readonly removeMany: false | BatchLimit;
  /** Longest encoded key, in UTF-8 bytes. Undefined: no limit. */
  readonly maxKeyBytes?: number | undefined;
  /** Longest stored payload, in bytes. Undefined: no limit. */
  readonly maxValueBytes?: number | undefined;
  readonly clear: boolean;
  /** `lease`, `writeFenced` and `releaseLease`. Default: false. */
  readonly lease?: boolean | undefined;
  /** `watch`. Default: false. */
  readonly watch?: boolean | undefined;
  /** `keys`. Default: false. */
  readonly keys?: boolean | undefined;
}

/**
 * The contract that an adapter implements: bytes in, bytes out, under a string key.
 *
 * Arguments arrive exact, validated and defaulted. Core does the encoding, the error wrapping and the
 * open/closed bookkeeping, and never asks for the write of an entry that has expired. Core also keeps the
 * order of writes: it sends the next write of a key when the adapter has answered the one before, batches
 * included.
 *
 * An adapter answers with a value or with a promise. After the answer to a `write` or `remove`, every `read`
 * shows its effect. An adapter throws (or rejects with) its client's errors, and names their kinds in
 * `classify`.
 *
 * Changes come with the origin that they are done for. A backend with `watch` reports the origin; a wrapper
 * hands it on.
 */
export interface Backend<Raw = Uint8Array> {
  /** Short name for metrics and source paths: `redis`, as in `memory>redis.redis`. */
  readonly label: string;
  readonly supports: BackendSupports;
  readonly keyFormat: KeyFormat;
  readonly valueFormat: Format<Raw>;
  readonly compressor: Compressor;

  /** The entry, or undefined. An entry that has expired may be returned: core treats it as a miss. */
  read(key: string): MaybePromise<StoredValue<Raw> | undefined>;
  /** Replaces the whole entry. Time to live, stale mark and tags of an older entry do not remain. */
  write(key: string, value: StoredValue<Raw>, origin?: Origin): MaybePromise<void>;
  /** Removes the entry, and reports whether there was one. An expired entry counts as none. */
  remove(key: string, origin?: Origin): MaybePromise<DeleteStatus>;

  /**
   * Answers in the order of `keys`, which are distinct and at most `supports.readMany.max`. An entry that
   * cannot be read is answered with its error: this fails the callers of its key, and no others.
   */
  readMany?(keys: readonly string[]): MaybePromise<readonly (StoredValue<Raw> | BackendError | undefined)[]>;
  /** Keys are distinct and at most `supports.writeMany.max`. Not atomic. */
  writeMany?(
    entries: readonly (readonly [key: string, value: StoredValue<Raw>])[],
    origin?: Origin,
  ): MaybePromise<void>;
  /** Answers in the order of `keys`, which are distinct and at most `supports.removeMany.max`. */
  removeMany?(keys: readonly string[], origin?: Origin): MaybePromise<readonly DeleteStatus[]>;
  /** Removes every entry under this backend's own prefix, and nothing else. */
  clear?(origin?: Origin): MaybePromise<void>;
  /**
   * Asks for the lease of a key, with or without an entry. One caller at a time has the lease: for `ms`
   * milliseconds (1 to `FENCE_MS`), or until `releaseLease`. Every caller gets the key's fence; a new one if
   * the key has none. A write or removal of the key voids the fence. The store forgets the fence after
   * `FENCE_MS`.
   */
  lease?(key: string, ms: number): MaybePromise<StoredLease<Raw>>;
  /**
   * Writes and answers true if `fence` has not been voided. Otherwise answers false and changes nothing.
   * Atomic.
   */
  writeFenced?(key: string, value: StoredValue<Raw>, fence: string, origin?: Origin): MaybePromise<boolean>;
  /** Frees the lease for the next caller; the fence stays. Does nothing if `fence` has been voided. */
  releaseLease?(key: string, fence: string): MaybePromise<void>;
  /**
   * Notifies `listener` of every entry under this backend's own prefix that anyone replaces or removes, by
   * the key that `read` takes, until the watch is stopped or the backend is closed.
   *
   * A change through this backend itself is notified with its origin, before it is answered. A change that
   * fails, but may have been done or may yet be done, is notified too, and again when it is done. A `clear`
   * is notified as `lost` and `restored`, unless the watch was lost already.
   */
  watch?(listener: BackendListener): StopWatching;
  /**
   * Lists the keys of the entries under this backend's own prefix, page by page, in any order, as `read`
   * takes them. A page holds about `limit` keys at most, which may be none: the listing ends with the page
   * without a cursor.
   *
   * A key whose entry is there from the first page to the last is listed, once or several times. A key that
   * is written or removed meanwhile may be listed or not. Keys that hold a lease and no entry are listed
   * if `listing.leased` asks for them, and only then. Entries that have expired are left out if the store can
   * tell cheaply, but listed with `leased` if there is a lease over them.
   */
  keys?(listing: KeyListing): MaybePromise<KeyPage>;
  /** The kind of an error that this backend threw; undefined if it does not know (core says `internal`). */
  classify?(error: unknown): ErrorCode | undefined;
  /** Hears of each failed operation of the store, for the operator. Default: nobody. */
  readonly onError?: ((error: BackendError) => void) | undefined;
  /** Hears when the store goes away, and when it is back. Default: `process.emitWarning`. */
  readonly onWarning?: ((warning: BackendWarning) => void) | undefined;
  /**
   * Releases resources that this backend opened itself, never a client that it was given. Called once at
   * most.
   */
  close?(): MaybePromise<void>;
}
