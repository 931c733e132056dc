import type { Backend, BackendSupports } from "./backend.ts";
import type { CacheContext } from "./cache-context.ts";
import type { CacheValue } from "./cache-value.ts";
import type { ChangeListener, StopWatching } from "./change-listener.ts";
import type { Clock } from "./clock.ts";
import type { Compressor } from "./compressor.ts";
import type { DeleteStatus } from "./delete-status.ts";
import type { Format } from "./format.ts";
import type { KeyLike } from "./keys/cache-key.ts";
import type { Lease } from "./lease.ts";
import type { MaybePromise } from "./maybe-promise.ts";

/**
 * Typed values over a backend, or over a composition of backends.
 *
 * Operations answer now if the store can, and with a promise otherwise; `await` takes both. They fail with a
 * `BackendError`, or with a `TypeError` if a key or value is misused. The caller vouches for `T`.
 *
 * Writes of a key take effect in the order asked, each one after the store has answered the one before. A
 * waiting write that a later one replaces is not sent; its caller is answered when the later write is. A
 * delete that takes the place of a waiting set reports the entry that the store had.
 */
export interface CacheBackend extends AsyncDisposable {
  /** Label path: `redis`, or `memory>redis.redis` inside a composition. */
  readonly label: string;
  readonly supports: BackendSupports;
  /**
   * The fresh or stale entry; undefined if there is none, or if it has expired. An entry with an end that was
   * created more than a minute after now is a miss too: its writer's clock was wrong.
   */
  get<T>(key: KeyLike, context?: CacheContext): MaybePromise<CacheValue<T> | undefined>;
  /**
   * Replaces the entry, or removes it if `value` has expired already. A set that fails to encode changes
   * nothing.
   */
  set<T>(key: KeyLike, value: CacheValue<T>, context?: CacheContext): MaybePromise<void>;
  delete(key: KeyLike, context?: CacheContext): MaybePromise<DeleteStatus>;
  /** Answers in the order of `keys`. Fails as a whole if one read fails. */
  getMany<T>(keys: readonly KeyLike[]): MaybePromise<(CacheValue<T> | undefined)[]>;
  /** Not atomic. If keys are equal, the last one is set. */
  setMany(entries: readonly (readonly [key: KeyLike, value: CacheValue<unknown>])[]): MaybePromise<void>;
  /** Answers in the order of `keys`. */
  deleteMany(keys: readonly KeyLike[]): MaybePromise<DeleteStatus[]>;
  /**
   * Asks for the lease of a key, so that one of all processes loads a missing or stale value. One caller at a
   * time has the lease: for `ms` milliseconds (1 to `FENCE_MS`), until `releaseLease`, or until the key is
   * set or deleted. `unsupported` unless `supports.lease` is true.
   */
  lease<T>(key: KeyLike, ms: number, context?: CacheContext): MaybePromise<Lease<T>>;
  /**
   * A `set` that is refused if the key has been set or deleted since `lease` gave `fence`, or if that was
   * longer ago than `FENCE_MS`. A refused set changes nothing and answers false. So does a set of a value
   * that has expired.
   */
  setFenced<T>(
    key: KeyLike,
    value: CacheValue<T>,
    fence: string,
    context?: CacheContext,
  ): MaybePromise<boolean>;
  /** Gives a lease back if nothing was set: the next caller gets it. */
  releaseLease(key: KeyLike, fence: string): MaybePromise<void>;
  /**
   * Notifies `listener` of the keys, as text, that others set or delete: in the store, or through another
   * typed backend over the same raw one, such as a composition's. If the key format has no inverse
   * (`hashed`), the last 100,000 keys that were used are remembered, and a key that is forgotten is reported
   * as changed. `unsupported` unless `supports.watch` is true.
   */
  watch(listener: ChangeListener): StopWatching;
  /**
   * Lists keys as text, in pages of any size, in any order. A key whose entry is there all the while is
   * listed, once or several times, but once a page. A key that is set or deleted meanwhile may be listed or
   * not. An entry may have expired since. `unsupported` if `supports.keys` is not true, and for a key format
   * without an inverse (`hashed`).
   */
  keys(options?: KeysOptions): AsyncIterable<readonly string[]>;
  /**
   * Removes every entry under the backend's own prefix, after all writes that were asked for earlier. Entries
   * that are set meanwhile may be removed too. `unsupported` if `supports.clear` is false.
   */
  clear(): MaybePromise<void>;
  /**
   * Waits for writes that are under way, for 10 seconds at most, and releases resources that the backend
   * opened itself. Every later operation fails with `closed`. A second close does nothing.
   */
  close(): Promise<void>;
}

export interface KeysOptions {
  /** Only keys whose text begins with this. Default: all keys. */
  readonly prefix?: string | undefined;
  /** About how many keys the store is asked for at once: 1 to 10,000. Default: 1,000. */
  readonly pageSize?: number | undefined;
  /**
   * True: also the keys that hold a lease or a fence, and no live entry. Deleting them keeps the values of
   * loads that have begun out of the store. Default: false.
   */
  readonly leased?: boolean | undefined;
}

export interface CacheBackendOptions {
  /** Further formats and compressors that stored entries may be read with; writes use the backend's own. */
  readonly accepts?: readonly (Format | Compressor)[] | undefined;
  /** Most bytes that a payload may have before compression, written or read. Default: 64 MiB. */
  readonly maxDecodedBytes?: number | undefined;
  /**
   * Payloads of at least this many bytes, uncompressed, are (de)compressed off the event loop's thread.
   * Default: 64 KiB.
   */
  readonly offThreadBytes?: number | undefined;
  /** Epoch milliseconds. Default: `Date.now`. */
  readonly now?: Clock | undefined;
}

/** A raw or a typed backend: functions that take one take the other. */
export type AnyBackend = Backend<unknown> | CacheBackend;

/** True for a backend, raw or typed; false for a client or a Map, which have a `get` too. */
export function isBackend(value: unknown): value is AnyBackend {
  const isObject = typeof value === "object" && value !== null && "supports" in value;
  return isObject && ("get" in value || "read" in value);
}

/** True for a typed backend, false for a raw one. */
export function isCacheBackend(backend: AnyBackend): backend is CacheBackend {
  return "get" in backend;
}
