import type { KeyInput } from "./keys/key-text.ts";
import type { Duration } from "./policy/duration.ts";

/**
 * Decides by value. `key` is the key in the form that the caller wrote. If the function throws, the set or
 * load rejects with its error.
 */
export type ByValue<T, R> = (value: T, key: KeyInput) => R;

/**
 * Sets the life of an entry. The windows are those of RFC 5861 (https://www.rfc-editor.org/rfc/rfc5861). `T`
 * is the type of the value.
 */
export interface EntryOptions<T = unknown> {
  /**
   * Time that a value stays fresh, from its request to the source. 0: the value is not stored. `Infinity`:
   * for ever. A function decides by value; if it returns `undefined`, the default holds. Default: the `ttl`
   * of the cache.
   */
  readonly ttl?: Duration | ByValue<T, Duration | undefined> | undefined;
  /** Time after `ttl` in which the stale value is served while a load runs in the background. Default: 0. */
  readonly staleWhileRevalidate?: Duration | undefined;
  /** Time after `ttl` in which the stale value is served if loading fails. Default: 0. */
  readonly staleIfError?: Duration | undefined;
  /**
   * Time that an unread entry stays, at most `ttl` and its stale windows. A read moves the end, in all tiers,
   * in the background. Each process writes a key at most once in half of this time, so an entry ends between
   * half of this time and all of it after its last read. Needs a store with leases: without leases reads do
   * not count. Reads do not prolong "not found". Default: no limit.
   */
  readonly timeToIdle?: Duration | undefined;
  /**
   * Share of `ttl`, 0 to 1, by which `ttl` is shortened at random, so that a fleet does not load at the same
   * time. Default: 0.
   */
  readonly jitter?: number | undefined;
  /**
   * Names that invalidate entries together, see `invalidateTags`. Tags apply across namespaces, and add to
   * those of the cache, the entity or the `wrap`. Tags from a function count from the moment that the value
   * exists: an invalidation during the load is missed. Default: none.
   */
  readonly tags?: readonly string[] | ByValue<T, readonly string[]> | undefined;
  /** Returns true for values that are returned to callers without storing them. Default: none. */
  readonly skip?: ByValue<T, boolean> | undefined;
  /**
   * Time that "not found" stays: the loader's `undefined`, and values of `isNotFound`. Default: 0, not
   * stored.
   */
  readonly notFoundTtl?: Duration | undefined;
  /**
   * Returns true for values that get `notFoundTtl` instead of `ttl`, such as the `null` of an ORM. Callers
   * get these values unchanged. Default: none.
   */
  readonly isNotFound?: ((value: T) => boolean) | undefined;
}

/** Sets how a missing value is loaded. */
export interface LoadOptions<T = unknown> extends EntryOptions<T> {
  /**
   * Loads a value anew in the background before it is stale, when a caller asks for it. A number: after this
   * share of `ttl`, above 0 and up to 1. `"adaptive"`: at random, more likely near the end, measured by the
   * load time of the value. A value that was set, or that took no measurable time, is not refreshed ahead.
   * Default: none.
   */
  readonly refreshAhead?: number | "adaptive" | undefined;
  /**
   * Time that a caller waits for a load, if a stale value within `staleIfError` or `staleWhileRevalidate` is
   * at hand. Then the caller gets the stale value, and the load goes on. Default: no limit.
   */
  readonly softTimeout?: Duration | undefined;
  /**
   * Time that a call may take: reads, waits for other processes, validation and the loader. Then the call
   * fails with a `TimeoutError` (a DOMException), and a load without waiting callers is aborted. `Infinity`:
   * no limit. Default: 30 s.
   */
  readonly hardTimeout?: Duration | undefined;
  /**
   * Pause before a failed source is asked again, if a stale value within `staleWhileRevalidate` or
   * `staleIfError` is at hand. During the pause the stale value answers at once. Each further failure doubles
   * the pause, up to a minute. A set, delete or newer value of the key ends it. 0: each call asks again.
   * Default: 1 s.
   */
  readonly retryAfter?: Duration | undefined;
  /**
   * True lets `staleIfError` answer a failure with a stale value. False gives the caller the error. Default:
   * true for every failure.
   */
  readonly staleOn?: ((error: unknown) => boolean) | undefined;
  /**
   * `"abort"`: a load that all callers have left is aborted. `"finish"`: the load goes on and is stored, for
   * at most 30 s from its beginning, or `hardTimeout` if that is longer. A load whose caller has a stale
   * value goes on in any case. Default: `"abort"`.
   */
  readonly onAbandoned?: "abort" | "finish" | undefined;
  /**
   * Time that one process alone may load a key before another process tries too, from 1 ms to 5 minutes. Used
   * over a shared backend with leases. `false`: no leases. Each process loads for itself, and stores its load
   * even if another process has set or deleted the key. Default: 5 s.
   */
  readonly lease?: Duration | false | undefined;
  /**
   * `"ignore"`: if the backend fails, the value is loaded. `"throw"`: its `BackendError` is thrown. An
   * unreadable entry (damaged, or of an unknown codec) counts as missing in both cases. Default: `"ignore"`.
   */
  readonly onBackendError?: "ignore" | "throw" | undefined;
  /**
   * Receives each piece of work that goes on after a call was answered, as a promise that never rejects:
   * refreshes, and values that are stored in the background. Use it on platforms that freeze a process
   * between requests. Default: none.
   */
  readonly waitUntil?: ((work: Promise<unknown>) => void) | undefined;
}

/**
 * Selects how a call uses the cache, by the names of Fetch
 * (https://fetch.spec.whatwg.org/#concept-request-cache-mode):
 *
 * - `default`: a fresh value, a stale value within the windows, or a load
 * - `reload`: a new load, which other callers join; nothing is read. An earlier load of the key is not
 *   stored. The stored value stays until the new one is here, and if the load fails
 * - `no-store`: a load for this call alone; nothing is read or stored
 * - `only-if-cached`: a stored value, however stale; nothing is loaded. Without a value, `getOrSet` rejects
 *   with a `NotCachedError`, `getOrSetMany` has `undefined` at its place, and `lookup` says `miss`
 * - `force-cache`: a stored value, however stale; a load only if there is none
 */
export type Mode = "default" | "reload" | "no-store" | "only-if-cached" | "force-cache";

/** The options of one call, over those of its cache. */
export interface CallOptions<T = unknown> extends LoadOptions<T> {
  /** Use of the cache. Default: `"default"`. */
  readonly mode?: Mode | undefined;
  /**
   * Oldest value that this call accepts, counted from its request to the source. If the stored value is
   * older, the value is loaded. Default: no limit.
   */
  readonly maxAge?: Duration | undefined;
  /** Ends this caller's wait, with the signal's reason. The load ends if all callers have left. */
  readonly signal?: AbortSignal | undefined;
}

/** The input and the decisions of a loader. `T` is the type of the value that is being replaced. */
export interface LoaderContext<T> {
  /** Aborted if all callers have left, after `hardTimeout`, and if the cache is closed. */
  readonly signal: AbortSignal;
  /** The value that is being replaced: stale, or due for a refresh. Undefined if there is none. */
  readonly stale: T | undefined;
  /** True if there is a value to replace, even if `stale` is undefined for "not found". */
  readonly hasStale: boolean;
  /**
   * Time at which that value was requested from its source, in epoch milliseconds. Use it for
   * `If-Modified-Since`.
   */
  readonly staleCreatedAt: number | undefined;
  /** Replaces the `ttl` of the options. */
  setTtl(ttl: Duration): void;
  /**
   * Replaces the `tags` of the options. Call it first: an invalidation before this call does not end the
   * load.
   */
  setTags(tags: readonly string[]): void;
  /** Returns the loaded value to callers without storing it. */
  skip(): void;
  /**
   * Keeps the value that is being replaced, like HTTP's 304. Use it if the source still has this value. The
   * returned value of the loader does not count. The kept value gets a new life from the beginning of this
   * load, by the options of this call and `setTtl`. It keeps its tags, unless the loader calls `setTags`.
   * Typed `never`, so that `return notModified()` fits every loader.
   *
   * @throws NothingToKeepError if `hasStale` is false.
   */
  notModified(): never;
}

/**
 * Loads one value; `undefined` is "not found". `Stale` is the type of `context.stale`, apart from `T`, so
 * that `T` is inferred from the answer of a loader that uses its context.
 */
export type Loader<T, Stale = T> = (context: LoaderContext<Stale>) => T | PromiseLike<T>;
