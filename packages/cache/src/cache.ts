import type { Entity, EntityOptions } from "./entity.ts";
import type { KeyPrefix } from "./keys/key-scope.ts";
import type { KeyInput } from "./keys/key-text.ts";
import type { KeysOptions } from "./keys/list-keys.ts";
import type { CallOptions, EntryOptions, Loader, LoaderContext, LoadOptions } from "./options.ts";
import type { Duration } from "./policy/duration.ts";
import type { Lookup } from "./read/lookup.ts";
import type { CacheStats } from "./stats/stats.ts";
import type { DeletedPrefix } from "./write/delete-prefix.ts";

/** A value for `setMany`, with options of its own if it needs some. */
export type EntryToSet<K, T> = readonly [key: K, value: T, options?: EntryOptions<T> | undefined];

/**
 * Values in the order of the requested keys, or by key. `undefined` is "not found", and so is a key that a
 * Map lacks. An Error fails its key alone. Further keys of a Map are stored too.
 */
export type ManyLoaded<K, T> = readonly (T | Error | undefined)[] | ReadonlyMap<K, T | Error | undefined>;

/** The input of a loader of several keys. `T` is the type of the values that are being replaced. */
export interface ManyLoaderContext<K, T> {
  /** Aborted if no caller waits for any of the keys any more. */
  readonly signal: AbortSignal;
  /** The value of `key` that is being replaced: stale, or due for a refresh. Undefined if there is none. */
  stale(key: K): T | undefined;
  /** True if `key` has a value to replace, even if `stale` returns undefined for "not found". */
  hasStale(key: K): boolean;
  /** Time at which that value was requested from its source, in epoch milliseconds. */
  staleCreatedAt(key: K): number | undefined;
  /**
   * Return it in place of a key's value to keep the value that is being replaced, like HTTP's 304. The value
   * gets a new life, as with `notModified()` in a loader of one key. A key without such a value fails alone,
   * with a `NothingToKeepError`. Typed `never`, so that it fits every answer.
   */
  notModified(): never;
}

/**
 * Loads the values of several keys. `Stale` is the type of `context.stale`, apart from `T`, so that `T` is
 * inferred from the answer of a loader that uses its context.
 */
export type ManyLoader<K, T, Stale = T> = (
  keys: readonly K[],
  context: ManyLoaderContext<K, Stale>,
) => ManyLoaded<K, T> | PromiseLike<ManyLoaded<K, T>>;

export interface WrapOptions<Args extends readonly unknown[], This = unknown, R = unknown>
  extends LoadOptions<R> {
  /** The key of a call, from its arguments. Called with the `this` of the call. */
  readonly key: (this: This, ...args: Parameters<(...args: Args) => void>) => KeyInput;
  /**
   * `"first"`: the function takes the context of its load before its arguments. Callers of the wrapped
   * function do not pass it. Default: the function gets its arguments alone.
   */
  readonly context?: "first" | undefined;
}

export interface NamespaceOptions {
  /**
   * True: this namespace can be cleared, and each of its reads checks one more tag. Pass the same value
   * wherever you make the namespace: another value is a TypeError, because entries stored without it cannot
   * be cleared. Default: false.
   */
  readonly clear?: boolean | undefined;
}

/**
 * The cache that a service calls. `undefined` is "not found" and never a value; `null`, `0`, `""` and `false`
 * are values. The caller vouches for the type `T`.
 *
 * Every answer has the form of a hit in the first tier: frozen, or a copy of the caller's own. Instances of
 * classes come back as plain data, if the format stores them so.
 *
 * A failing backend never fails an operation, unless `onBackendError` is `"throw"`: then a `BackendError` is
 * thrown. Misuse is a `TypeError`.
 */
export interface Cache extends AsyncDisposable {
  /** Reads the value if it is fresh, or stale within `staleWhileRevalidate`. Loads nothing. */
  get<T>(key: KeyInput): Promise<T | undefined>;
  /**
   * Answers like `get` if the first tier can answer now. Otherwise returns undefined, and asks the lower
   * tiers in the background, which fills the first. Finds an entry with tags only if the first tier has their
   * records too: over a memory tier alone, and over a coherent first tier. Throws the errors with which other
   * operations reject.
   */
  getSync<T>(key: KeyInput): T | undefined;
  /** Answers in the order of `keys`. Asks the tiers for all keys together. */
  getMany<T>(keys: readonly KeyInput[]): Promise<(T | undefined)[]>;
  /** True if `get` would find a value. */
  has(key: KeyInput): Promise<boolean>;
  /** Reads the entry and its source, stale values included. */
  lookup<T>(key: KeyInput): Promise<Lookup<T>>;
  /** Is `getOrSet` that explains its answer: enough for the headers of a response, see `cacheStatus`. */
  lookup<T, Stale = T>(
    key: KeyInput,
    load: Loader<T, Stale>,
    options?: CallOptions<NoInfer<T>>,
  ): Promise<Lookup<T>>;
  /**
   * Stores a value. Rejects with a TypeError for `undefined`, and with a `BackendError` for a value that no
   * tier can hold.
   */
  set<T>(key: KeyInput, value: T, options?: EntryOptions<T>): Promise<void>;
  /** Stores entries in one batch. The options of an entry come before those of the call. */
  setMany<T>(entries: readonly EntryToSet<KeyInput, T>[], options?: EntryOptions<T>): Promise<void>;
  /**
   * Deletes the entry. True if there was one. A delete that did not reach a tier is retried until it does, or
   * until the entry must have expired. Until then this cache treats the key as missing. At most 10,000
   * retries wait; the oldest is given up.
   */
  delete(key: KeyInput): Promise<boolean>;
  /** Answers in the order of `keys`. */
  deleteMany(keys: readonly KeyInput[]): Promise<boolean[]>;
  /**
   * Returns the value and deletes the entry. If several callers take a key at the same time, in any process,
   * at most one gets the value. Undefined if there is none, or if the delete has failed.
   *
   * @example
   * const cache = createCache({ backend: memory({ maxEntries: 10_000 }), ttl: "5m" });
   * await cache.set("ticket:7", { seat: "12A" }, { ttl: "10m" });
   * await cache.take("ticket:7"); // { seat: "12A" }
   * await cache.take("ticket:7"); // undefined
   */
  take<T>(key: KeyInput): Promise<T | undefined>;
  /** Answers in the order of `keys`. */
  takeMany<T>(keys: readonly KeyInput[]): Promise<(T | undefined)[]>;
  /**
   * Makes the entry stale from now on: it is served within the stale windows, and loaded anew. Loads that had
   * begun are not stored, in any process. True if there was an entry.
   *
   * An entry without stale windows is deleted. An entry that cannot be marked is deleted too, because the
   * store has no leases or others keep writing the key. If the delete fails, it is retried, as with `delete`.
   */
  expire(key: KeyInput): Promise<boolean>;
  /** Answers in the order of `keys`. */
  expireMany(keys: readonly KeyInput[]): Promise<boolean[]>;
  /**
   * Begins the life of a fresh entry anew, in all tiers: the same value ends `ttl` from now, and its stale
   * windows follow. Default: the `ttl` of the cache or entity. The entry never ends sooner than it would
   * have. The age of the value stays, so `maxAge` counts from its request to the source.
   *
   * Returns false, and writes nothing, in these cases: there is no fresh entry, a process is loading it, it
   * changes meanwhile, or the store has no leases. So a touch revives no deleted or expired entry.
   */
  touch(key: KeyInput, ttl?: Duration): Promise<boolean>;
  /** Answers in the order of `keys`. */
  touchMany(keys: readonly KeyInput[], ttl?: Duration): Promise<boolean[]>;
  /**
   * Reads the value, or loads a missing value once for all callers that ask meanwhile. The loaded value is
   * stored unless the key has been set, deleted or invalidated since the load began; the callers get the
   * value in any case. A failed load rejects for all waiting callers, unless a value within `staleIfError` is
   * at hand, and nothing is stored.
   */
  getOrSet<T, Stale = T>(
    key: KeyInput,
    load: Loader<T, Stale>,
    options?: CallOptions<NoInfer<T>>,
  ): Promise<T>;
  /**
   * Answers in the order of `keys`, with one call of `load` for all missing keys. If `load` returns an Error
   * for some keys, the others are stored, and then the call rejects with a `LoadManyError`, which has their
   * values. A `load` that throws rejects at once. Further keys that `load` returns are stored in the
   * background, unless something has changed or begun to load them since `load` was called.
   */
  getOrSetMany<K extends KeyInput, T, Stale = T>(
    keys: readonly K[],
    load: ManyLoader<K, T, Stale>,
    options?: CallOptions<NoInfer<T>>,
  ): Promise<(T | undefined)[]>;
  /**
   * Returns a function that is `run` behind this cache, with the same `this`, arguments and type parameters.
   * Calls with equal arguments have the same key, and share one call of `run`.
   */
  wrap<This, Args extends readonly unknown[], R>(
    run: (this: This, ...args: Args) => R,
    options: WrapOptions<Args, NoInfer<This>, NoInfer<Awaited<R>>> & { readonly context?: undefined },
  ): (this: This, ...args: Args) => Promise<Awaited<R>>;
  /** `run` with the context of its load before its arguments. */
  wrap<This, Args extends readonly unknown[], R, Stale = Awaited<R>>(
    run: (this: This, context: LoaderContext<Stale>, ...args: Args) => R,
    options: WrapOptions<Args, NoInfer<This>, NoInfer<Awaited<R>>> & { readonly context: "first" },
  ): (this: This, ...args: Args) => Promise<Awaited<R>>;
  /** Returns a typed cache of one kind of values, checked by a schema. */
  entity<T, K extends KeyInput = KeyInput>(options: EntityOptions<T>): Entity<K, T>;
  /**
   * Returns the same cache with keys of its own, separate from other namespaces and from the cache itself.
   */
  namespace(name: string, options?: NamespaceOptions): Cache;
  /**
   * Ends the entries with any of these tags, in every namespace and process, that were requested until now. A
   * coherent first tier of another process serves them until the notification arrives, for about a round
   * trip. If the other processes cannot be notified now, the invalidation holds in this process, and is
   * retried.
   */
  invalidateTags(tags: readonly string[]): Promise<void>;
  /**
   * Makes the entries of these tags stale from now on, in every namespace and process: they are served within
   * the stale windows, and loaded anew. Takes two round trips, however many entries there are. An entry that
   * is still there at the fifth call for its tag ends then.
   *
   * If the tags cannot be marked, because the store has no leases or fails, they are invalidated.
   */
  expireTags(tags: readonly string[]): Promise<void>;
  /**
   * Lists the keys of entries in any order, in the form that callers wrote (an object's properties in
   * alphabetical order). A namespace lists its own keys, without those of namespaces and entities within it.
   *
   * Slow: a store may read everything that it holds. A key whose entry exists from the first page to the last
   * is listed, once or several times. A key that is set or deleted meanwhile may be listed or not. A listed
   * entry may have expired, or be invalid by its tags. Rejects with a `BackendError` if a store fails or
   * cannot list, such as for the key format `hashed`.
   */
  keys<K extends KeyInput = KeyInput>(options?: KeysOptions): AsyncIterable<K>;
  /**
   * Deletes the entries whose keys begin with `prefix`, by listing them. Slow: tags do the same at once, in
   * all processes.
   *
   * Entries that were stored, or that this process was storing, before the call are gone after it. Loads that
   * had begun in this process are not stored. Entries that are set meanwhile may go or stay. Rejects like
   * `keys`; some entries may be deleted by then.
   */
  deletePrefix(prefix: KeyPrefix): Promise<DeletedPrefix>;
  /**
   * Removes every entry; of a namespace, only its own. Rejects with a `BackendError` if the backend cannot
   * clear.
   */
  clear(): Promise<void>;
  /**
   * Counts hits, loads and other events since the cache was made; of a namespace, only its own. `lookup`
   * without a loader does not count.
   */
  stats(): CacheStats;
  /**
   * Resolves when nothing is under way in the cache and all its namespaces: no load, read or change, and no
   * work in the background. Does not wait for deletes that will be retried, nor for the background work of a
   * composition, which its own `offload` drains.
   */
  idle(): Promise<void>;
  /**
   * Aborts loads, whose callers get `closed`. Finishes every set, delete and invalidation that has begun, and
   * retries each waiting delete once. Then closes the backend, if no other cache or composition uses it. On a
   * namespace it closes the whole cache. After `closeTimeout` it rejects with a `BackendError` that counts
   * the changes that it gave up. Later operations reject with `closed`.
   */
  close(): Promise<void>;
}
