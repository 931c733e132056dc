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
 * Operations answer now where the store can, else with a promise; `await` takes both. They fail with a
 * `BackendError`, or a `TypeError` for a key or value that is misused. `T` is what the caller says it is.
 */
export interface CacheBackend extends AsyncDisposable {
  /** Label path: `redis`, or `composition.redis` inside a composition. */
  readonly label: string;
  readonly supports: BackendSupports;
  /** The live or stale entry; undefined where there is none or it has expired. */
  get<T>(key: KeyLike, context?: CacheContext): MaybePromise<CacheValue<T> | undefined>;
  /** Replaces the entry, or removes it where `value` has expired already. A set that fails to encode changes nothing. */
  set<T>(key: KeyLike, value: CacheValue<T>, context?: CacheContext): MaybePromise<void>;
  delete(key: KeyLike, context?: CacheContext): MaybePromise<DeleteStatus>;
  /** Answers in the order of `keys`; fails as a whole when one of them fails. */
  getMany<T>(keys: readonly KeyLike[]): MaybePromise<(CacheValue<T> | undefined)[]>;
  /** Not atomic. Of equal keys the last one wins. */
  setMany(entries: readonly (readonly [key: KeyLike, value: CacheValue<unknown>])[]): MaybePromise<void>;
  /** Answers in the order of `keys`. */
  deleteMany(keys: readonly KeyLike[]): MaybePromise<DeleteStatus[]>;
  /**
   * Asks for the lease of a key, so that of all processes one loads what is missing or stale: granted to one caller at
   * a time, for `ms` milliseconds (1 to `FENCE_MS`), until `releaseLease`, or until the key is set or deleted.
   * `unsupported` where `supports.lease` is not true.
   */
  lease<T>(key: KeyLike, ms: number, context?: CacheContext): MaybePromise<Lease<T>>;
  /**
   * A `set` that comes too late where the key has been set or deleted since `fence` was given by `lease`, or where that
   * was longer ago than `FENCE_MS`: then it changes nothing and answers false.
   */
  setFenced<T>(
    key: KeyLike,
    value: CacheValue<T>,
    fence: string,
    context?: CacheContext,
  ): MaybePromise<boolean>;
  /** Gives a lease back where nothing was set: the next who asks gets it. */
  releaseLease(key: KeyLike, fence: string): MaybePromise<void>;
  /**
   * Tells `listener` of the keys, as text, that others set or delete: in the store, or through another typed backend over
   * the same raw one, such as a composition's. Where the key format cannot be decoded (`hashed`)
   * the last 100,000 keys that were used are known, and one that is forgotten is reported as changed.
   * `unsupported` where `supports.watch` is not true.
   */
  watch(listener: ChangeListener): StopWatching;
  /** Removes every entry under the backend's own prefix. `unsupported` where `supports.clear` is false. */
  clear(): MaybePromise<void>;
  /** Releases what the backend opened itself. Every later operation fails with `closed`; a second close does nothing. */
  close(): Promise<void>;
}

export interface CacheBackendOptions {
  /** Further formats and compressors that stored entries may be read with; writes use the backend's own. */
  readonly accepts?: readonly (Format | Compressor)[] | undefined;
  /** Most bytes that a payload may have before compression, written or read. Default: 64 MiB. */
  readonly maxDecodedBytes?: number | undefined;
  /** Payloads of at least this many bytes, uncompressed, are (de)compressed off the event loop's thread. Default: 64 KiB. */
  readonly offThreadBytes?: number | undefined;
  /** Epoch milliseconds. Default: `Date.now`. */
  readonly now?: Clock | undefined;
}

/** What takes a typed backend takes a raw one too. */
export type AnyBackend = Backend<unknown> | CacheBackend;

/** Whether a value is a backend, raw or typed; a client or a Map, which have a `get` too, is none. */
export function isBackend(value: unknown): value is AnyBackend {
  const isObject = typeof value === "object" && value !== null && "supports" in value;
  return isObject && ("get" in value || "read" in value);
}

/** True for a typed backend, false for a raw one. */
export function isCacheBackend(backend: AnyBackend): backend is CacheBackend {
  return "get" in backend;
}
