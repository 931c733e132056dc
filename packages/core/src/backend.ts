import type { BackendError, ErrorCode } from "./backend-error.ts";
import type { BackendListener, StopWatching } from "./change-listener.ts";
import type { Compressor } from "./compressor.ts";
import type { DeleteStatus } from "./delete-status.ts";
import type { Format } from "./format.ts";
import type { KeyFormat } from "./key-format.ts";
import type { StoredLease } from "./lease.ts";
import type { MaybePromise } from "./maybe-promise.ts";
import type { Origin } from "./origin.ts";
import type { StoredValue } from "./stored-value.ts";

/** `max` keys or entries a call; core splits larger requests. */
export interface BatchLimit {
  readonly max: number;
}

/** What a backend can do, fixed when it is made. What is not declared here, core refuses without calling it. */
export interface BackendSupports {
  /** Who removes an expired entry: the store (`native`), the backend when it comes across one (`lazy`), nobody. */
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
}

/**
 * The contract that an adapter implements: bytes in, bytes out, under a string key.
 *
 * Arguments arrive exact, validated and defaulted. An adapter does no encoding, no error wrapping and no
 * open/closed bookkeeping, is never asked to write an entry that has expired, and may answer with a value or
 * with a promise. Once the answer to a `write` or `remove` is there, every later `read` shows it. It throws
 * (or rejects with) whatever its client does, and names the kind of error in `classify`.
 *
 * What changes entries is given the origin that it is done for, for those who watch: a backend without `watch` need not
 * look at it, and a wrapper hands it on.
 */
export interface Backend<Raw = Uint8Array> {
  /** Short name for metrics and source paths: `redis`, as in `composition.redis`. */
  readonly label: string;
  readonly supports: BackendSupports;
  readonly keyFormat: KeyFormat;
  readonly valueFormat: Format<Raw>;
  readonly compressor: Compressor;

  /** The entry, or undefined. May still return an entry that has expired: core treats it as a miss. */
  read(key: string): MaybePromise<StoredValue<Raw> | undefined>;
  /** Replaces the whole entry: nothing of an older one (time to live, stale mark, tags) is left. */
  write(key: string, value: StoredValue<Raw>, origin?: Origin): MaybePromise<void>;
  /** Removes the entry and says whether there was one. An expired entry counts as none. */
  remove(key: string, origin?: Origin): MaybePromise<DeleteStatus>;

  /**
   * Answers in the order of `keys`, which are distinct and at most `supports.readMany.max`. An entry that is there and
   * cannot be read is answered with its error, so that it fails those who asked for it and nobody else.
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
   * Asks for the lease of a key, there or not, which one caller has at a time: it is granted where nobody has it, for
   * `ms` milliseconds (1 to `FENCE_MS`) or until `releaseLease`. Everyone gets the fence of the key as it is, a new one
   * where there is none; it lasts until a write or removal of the key voids it, or for `FENCE_MS`.
   */
  lease?(key: string, ms: number): MaybePromise<StoredLease<Raw>>;
  /** `write`, and true, where `fence` has not been voided; else nothing, and false. Atomic. */
  writeFenced?(key: string, value: StoredValue<Raw>, fence: string, origin?: Origin): MaybePromise<boolean>;
  /** Lets another have the lease; the fence stays. Does nothing where `fence` has been voided. */
  releaseLease?(key: string, fence: string): MaybePromise<void>;
  /**
   * Tells `listener` of every entry under this backend's own prefix that anyone replaces or removes, by the key that
   * `read` takes, until the watch is stopped or the backend closed. What goes through this backend itself is told with
   * its origin, before it is answered; where it fails and may have been done, or yet be done, too, and when it is done;
   * a `clear` as `lost` and `restored`, where the watch was not lost anyway.
   */
  watch?(listener: BackendListener): StopWatching;
  /** The kind of an error that this backend threw; undefined where it cannot tell (core says `internal`). */
  classify?(error: unknown): ErrorCode | undefined;
  /** Releases what this backend itself opened, never what it was given. Called once at most. */
  close?(): MaybePromise<void>;
}
