import type { Duration } from "./policy/duration.ts";

/**
 * How an entry is kept. Terms and meaning of the windows: RFC 5861 (https://www.rfc-editor.org/rfc/rfc5861).
 */
export interface EntryOptions {
  /**
   * How long a value is fresh, from when it was asked for where it comes from. 0: it is not stored.
   * `Infinity`: for ever. Default: that of the cache.
   */
  readonly ttl?: Duration | undefined;
  /** How long after that it is still answered with, while it is loaded anew in the background. Default: 0. */
  readonly staleWhileRevalidate?: Duration | undefined;
  /** How long after `ttl` it is still answered with where loading fails. Default: 0. */
  readonly staleIfError?: Duration | undefined;
  /**
   * Share of `ttl`, 0 to 1, by which it is shortened at random, so that a fleet does not load together.
   * Default: 0.
   */
  readonly jitter?: number | undefined;
  /**
   * Names by which entries are invalidated together, see `invalidateTags`. They hold across namespaces.
   * Default: none.
   */
  readonly tags?: readonly string[] | undefined;
}

/** How a value that is missing is loaded. */
export interface LoadOptions extends EntryOptions {
  /**
   * Share of `ttl`, above 0 and up to 1, after which the next caller who asks has the value loaded anew in
   * the background, before it is stale. Default: none.
   */
  readonly refreshAhead?: number | undefined;
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
  /** How long "not found" (the loader's `undefined`) is kept. Default: 0, it is not. */
  readonly notFoundTtl?: Duration | undefined;
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

/** One call's own options, over those of its cache. */
export interface CallOptions extends LoadOptions {
  /**
   * Ends this caller's wait, with the signal's reason. The load ends when the last who waits for it has gone.
   */
  readonly signal?: AbortSignal | undefined;
}

/** What a loader is told, and what it may decide. `T` is the type of the value that is being replaced. */
export interface LoaderContext<T> {
  /** Aborted when nobody waits any more, after `hardTimeout`, and when the cache is closed. */
  readonly signal: AbortSignal;
  /** The value that is being replaced, where a stale one was at hand. */
  readonly stale: T | undefined;
  /** In place of the `ttl` of the options. */
  setTtl(ttl: Duration): void;
  /**
   * In place of the `tags` of the options. Best called first: an invalidation before it does not end this
   * load.
   */
  setTags(tags: readonly string[]): void;
  /** What is returned is answered with, and not stored. */
  skip(): void;
}

/**
 * Loads one value; `undefined` is "not found". `Stale` is the type of `context.stale`, apart from `T`, so
 * that `T` is inferred from the answer of a loader that uses its context.
 */
export type Loader<T, Stale = T> = (context: LoaderContext<Stale>) => T | PromiseLike<T>;
