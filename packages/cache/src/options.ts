import type { KeyInput } from "./keys/key-text.ts";
import type { Duration } from "./policy/duration.ts";

/** A decision by value: `key` as the caller wrote it. What it throws, the set or load rejects with. */
export type ByValue<T, R> = (value: T, key: KeyInput) => R;

/**
 * How an entry is kept. Terms and meaning of the windows: RFC 5861 (https://www.rfc-editor.org/rfc/rfc5861).
 * `T` is the type of the value.
 */
export interface EntryOptions<T = unknown> {
  /**
   * How long a value is fresh, from when it was asked for where it comes from. 0: it is not stored.
   * `Infinity`: for ever. A function decides by value; if it answers `undefined`, the default holds. Default:
   * that of the cache.
   */
  readonly ttl?: Duration | ByValue<T, Duration | undefined> | undefined;
  /** How long after that it is still answered with, while it is loaded anew in the background. Default: 0. */
  readonly staleWhileRevalidate?: Duration | undefined;
  /** How long after `ttl` it is still answered with where loading fails. Default: 0. */
  readonly staleIfError?: Duration | undefined;
  /**
   * How long an entry is kept that nobody reads, `ttl` and its stale windows at most. Reads have it end
   * later, in all tiers, in the background: a key is written at most once in half of this by each process. So
   * an entry ends between half of this and all of it after its last read. Needs a store with leases: without
   * them reads do not count. "Not found" is not kept. Default: without end.
   */
  readonly timeToIdle?: Duration | undefined;
  /**
   * Share of `ttl`, 0 to 1, by which it is shortened at random, so that a fleet does not load together.
   * Default: 0.
   */
  readonly jitter?: number | undefined;
  /**
   * Names by which entries are invalidated together, see `invalidateTags`. They hold across namespaces, and
   * add to those of the cache, the entity or the `wrap`. A function names them by value: such tags count from
   * when the value is there, so an invalidation while it is loaded is missed. Default: none.
   */
  readonly tags?: readonly string[] | ByValue<T, readonly string[]> | undefined;
  /** Values that are answered with and not stored. Default: none. */
  readonly skip?: ByValue<T, boolean> | undefined;
  /**
   * How long "not found" is kept: the loader's `undefined`, and what `isNotFound` says. Default: 0, it is
   * not.
   */
  readonly notFoundTtl?: Duration | undefined;
  /**
   * Which values are kept for `notFoundTtl` instead of `ttl`, such as the `null` of an ORM. They are answered
   * with as they are. Default: none.
   */
  readonly isNotFound?: ((value: T) => boolean) | undefined;
}

/** How a value that is missing is loaded. */
export interface LoadOptions<T = unknown> extends EntryOptions<T> {
  /**
   * When a caller who asks has the value loaded anew in the background, before it is stale. A number: after
   * that share of `ttl`, above 0 and up to 1. `"adaptive"`: by lot, the likelier the nearer the end is,
   * measured by the time that the value took to load; a value that was set, or took no measurable time, is
   * not refreshed ahead. Default: none.
   */
  readonly refreshAhead?: number | "adaptive" | undefined;
  /**
   * How long a caller waits for a load where a stale value is at hand, within `staleIfError` or
   * `staleWhileRevalidate`: then that is the answer, and the load goes on. Default: without end.
   */
  readonly softTimeout?: Duration | undefined;
  /**
   * How long a call may take, from its beginning to its answer: reads, waits for other processes, validation
   * and the loader. Then it fails with a `TimeoutError` (a DOMException), and a load that nobody waits for is
   * aborted. `Infinity`: without end. Default: 30 s.
   */
  readonly hardTimeout?: Duration | undefined;
  /**
   * How long a source is not asked again after a load has failed, if a stale value within
   * `staleWhileRevalidate` or `staleIfError` is at hand: until then it is the answer at once. Each further
   * failure doubles it, up to a minute. A set, delete or newer value of the key ends it. 0: each call asks
   * again. Default: 1 s.
   */
  readonly retryAfter?: Duration | undefined;
  /**
   * Whether a failure is one that `staleIfError` answers with a stale value. `false`: the caller gets the
   * error. Default: every failure is.
   */
  readonly staleOn?: ((error: unknown) => boolean) | undefined;
  /**
   * Whether a load that nobody waits for any more is aborted, or goes on and is stored: for at most 30 s from
   * its beginning, or `hardTimeout` if that is longer. A load whose caller has a stale value goes on in any
   * case. Default: `"abort"`.
   */
  readonly onAbandoned?: "abort" | "finish" | undefined;
  /**
   * Over a backend with leases that other processes share: how long one process alone may load a key before
   * another tries too, from 1 ms to 5 minutes. `false`: no leases; processes load each for itself, and a load
   * is stored though another process has set or deleted its key meanwhile. Default: 5 s.
   */
  readonly lease?: Duration | false | undefined;
  /**
   * Whether a backend that fails is answered for by loading, or its `BackendError` thrown. An entry that
   * cannot be read (damaged, or of a codec that is not known) is missing either way. Default: `"ignore"`.
   */
  readonly onBackendError?: "ignore" | "throw" | undefined;
  /**
   * Is given each piece of work that goes on after a call was answered, as a promise that never rejects:
   * refreshes, and values that are stored in the background. For platforms that freeze a process between
   * requests. Default: none.
   */
  readonly waitUntil?: ((work: Promise<unknown>) => void) | undefined;
}

/**
 * How a call uses the cache, in the words of Fetch
 * (https://fetch.spec.whatwg.org/#concept-request-cache-mode):
 *
 * - `default`: a fresh value, a stale one within the windows, or a load
 * - `reload`: a load that begins now, and that other callers join; nothing is read. A load of the key that
 *   has begun before is not stored. The stored value stays until the new one is here, and if the load fails
 * - `no-store`: a load for this call alone; nothing is read or stored
 * - `only-if-cached`: what is stored, however stale; nothing is loaded. Without any, `getOrSet` rejects with
 *   a `NotCachedError`, `getOrSetMany` has `undefined` there, and `lookup` says `miss`
 * - `force-cache`: what is stored, however stale, and a load only without any
 */
export type Mode = "default" | "reload" | "no-store" | "only-if-cached" | "force-cache";

/** One call's own options, over those of its cache. */
export interface CallOptions<T = unknown> extends LoadOptions<T> {
  /** How this call uses the cache. Default: `"default"`. */
  readonly mode?: Mode | undefined;
  /**
   * A stored value that was asked for longer ago is no answer for this call, in whatever window: the value is
   * loaded. Default: without end.
   */
  readonly maxAge?: Duration | undefined;
  /**
   * Ends this caller's wait, with the signal's reason. The load ends when the last who waits for it has gone.
   */
  readonly signal?: AbortSignal | undefined;
}

/** What a loader is told, and what it may decide. `T` is the type of the value that is being replaced. */
export interface LoaderContext<T> {
  /** Aborted when nobody waits any more, after `hardTimeout`, and when the cache is closed. */
  readonly signal: AbortSignal;
  /** The value that is being replaced: stale, or due for a refresh. Undefined without one. */
  readonly stale: T | undefined;
  /** Whether there is a value to replace. `stale` is undefined for "not found", too. */
  readonly hasStale: boolean;
  /** When that value was asked for at its source, such as for `If-Modified-Since`: epoch milliseconds. */
  readonly staleCreatedAt: number | undefined;
  /** In place of the `ttl` of the options. */
  setTtl(ttl: Duration): void;
  /**
   * In place of the `tags` of the options. Best called first: an invalidation before it does not end this
   * load.
   */
  setTags(tags: readonly string[]): void;
  /** What is returned is answered with, and not stored. */
  skip(): void;
  /**
   * Says that the source still has the value that is being replaced, as HTTP's 304 does. The value is kept,
   * whatever the loader returns, with a new life that counts from the beginning of this load, by the options
   * of this call and `setTtl`. It keeps its tags too, unless the loader calls `setTags`. Typed `never`, so
   * that `return notModified()` fits every loader.
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
