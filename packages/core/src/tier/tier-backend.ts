import type { CacheBackend } from "../cache-backend.ts";
import type { CacheContext } from "../cache-context.ts";
import type { CacheValue } from "../cache-value.ts";
import type { KeyLike } from "../keys/cache-key.ts";
import type { MaybePromise } from "../maybe-promise.ts";
import type { Purpose } from "../purpose.ts";

/**
 * A typed backend with the operations that compositions and caches need of each other. Internal: these
 * members may change in any release. `asTier` makes a tier of every backend.
 */
export interface TierBackend extends CacheBackend {
  /**
   * The store that all processes agree on. A single store and a coherent composition are their own; a
   * composition whose first tier can miss changes by other processes names the tiers below.
   */
  readonly shared: TierBackend;
  /** One object for all that are closed together: the raw backend of a typed one and of its views. */
  readonly identity: object;
  /**
   * This backend as a tier of `parent`: its label path begins with `parent`, and its changes carry another
   * origin.
   */
  asTierOf(parent: string): TierBackend;
  /**
   * This backend, whose messages say that its operations are for `purpose`. Its reads of one tick still
   * travel in one batch with the others, and its changes carry the same origin.
   */
  withPurpose(purpose: Purpose): TierBackend;
  /**
   * Reads the first tier only, without I/O and without a promise. Returns fresh and stale entries. Undefined
   * if the tier misses, is bypassed, or cannot answer now.
   */
  peek<T>(key: KeyLike, context?: CacheContext): CacheValue<T> | undefined;
  /**
   * Reads past tiers that can miss changes by other processes. Such a tier is offered the entry if the entry
   * is fresh and newer than its own. Equals `get` for a single store and for a coherent composition.
   */
  getShared<T>(key: KeyLike, context?: CacheContext): MaybePromise<CacheValue<T> | undefined>;
  /**
   * Converts data to the form that a hit returns: frozen, or a copy, as the first tier's format makes it.
   * `from` is `tier` for data that was read just now and belongs to nobody else. Throws the errors of the
   * format.
   */
  toHitValue<T>(data: T, from: "caller" | "tier"): T;
  /**
   * The value with the expiry that this backend will give it, now and in every later set of the same object.
   */
  capExpiry<T>(value: CacheValue<T>): CacheValue<T>;
  /**
   * This backend for the keys of one batch: operations that arrive one by one in one tick travel together.
   */
  batched(): TierBackend;
  /**
   * True if the backend may answer with an older value of the key after a failed write. `entry` is its
   * answer, if there is one.
   */
  mayBeOutdated(key: KeyLike, entry?: CacheValue<unknown>): boolean;
  /** Stops waiting for the write of the key that is under way. Later writes fail until it has ended. */
  giveUp(key: KeyLike, reason: unknown): void;
}

/** True if a typed backend has the operations of a tier. */
export function isTierBackend(backend: CacheBackend): backend is TierBackend {
  return "asTierOf" in backend && "peek" in backend && "getShared" in backend;
}
