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
 * Values in the order of the keys that were asked for, or by key. `undefined` is "not found", and so is a key
 * that a Map has not. An Error fails its key alone. Further keys of a Map are stored too.
 */
export type ManyLoaded<K, T> = readonly (T | Error | undefined)[] | ReadonlyMap<K, T | Error | undefined>;

/** What a loader of several keys is told. `T` is the type of the values that are being replaced. */
export interface ManyLoaderContext<K, T> {
  /** Aborted when nobody waits for any of the keys any more. */
  readonly signal: AbortSignal;
  /** The value of `key` that is being replaced: stale, or due for a refresh. Undefined without one. */
  stale(key: K): T | undefined;
  /** Whether `key` has a value to replace. `stale` answers undefined for "not found", too. */
  hasStale(key: K): boolean;
  /** When that value was asked for at its source: epoch milliseconds. */
  staleCreatedAt(key: K): number | undefined;
  /**
   * In the place of the value of a key: the source still has the value that is being replaced, as HTTP's 304
   * says. The value is kept with a new life, as `notModified()` in a loader of one key keeps it. Of a key
   * without a value to keep, it is a `NothingToKeepError` that fails this key alone. Typed `never`, so that
   * it fits every answer.
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
   * Whether this namespace can be cleared. Costs every read of it a look at one more tag. A cache takes one
   * answer for each name, and throws a TypeError for the other one, since entries that were stored without it
   * cannot be cleared. Default: false.
   */
  readonly clear?: boolean | undefined;
}

/**
 * The cache that a service calls. Values are what its callers say they are (`T`); `undefined` is "not found"
 * and never a value, while `null`, `0`, `""` and `false` are values. Every answer is as a hit in the first
 * tier is: frozen or a copy of the caller's own, and plain data where instances of classes were stored, as
 * its format has it. A failing backend never fails an operation, unless `onBackendError` is `"throw"`: then a
 * `BackendError` is thrown. Misuse is a `TypeError`.
 */
export interface Cache extends AsyncDisposable {
  /** The value where it is fresh, or stale within `staleWhileRevalidate`; nothing is loaded. */
  get<T>(key: KeyInput): Promise<T | undefined>;
  /**
   * What `get` would answer, where the first tier can answer now; undefined otherwise, and then the lower
   * tiers are asked in the background, which fills the first. An entry with tags can be had only where their
   * records are in the first tier too: over a memory tier alone, and over one that hears of others' changes.
   * Throws where others reject.
   */
  getSync<T>(key: KeyInput): T | undefined;
  /** In the order of `keys`. The tiers are asked for all of them together. */
  getMany<T>(keys: readonly KeyInput[]): Promise<(T | undefined)[]>;
  /** Whether `get` would find a value. */
  has(key: KeyInput): Promise<boolean>;
  /** What is there and where it comes from, stale values included. */
  lookup<T>(key: KeyInput): Promise<Lookup<T>>;
  /** `getOrSet` that says what happened: enough for the headers of a response, see `cacheStatus`. */
  lookup<T, Stale = T>(
    key: KeyInput,
    load: Loader<T, Stale>,
    options?: CallOptions<NoInfer<T>>,
  ): Promise<Lookup<T>>;
  /**
   * Rejects with a TypeError for `undefined`, and with a `BackendError` for a value that no tier can hold.
   */
  set<T>(key: KeyInput, value: T, options?: EntryOptions<T>): Promise<void>;
  /** Stores entries in one batch. The options of an entry come before those of the call. */
  setMany<T>(entries: readonly EntryToSet<KeyInput, T>[], options?: EntryOptions<T>): Promise<void>;
  /**
   * Whether there was an entry. A delete that did not reach a tier is tried again until it does, or its entry
   * must have expired; until then this cache treats the key as missing. At most 10,000 wait; the longest
   * waiting is given up.
   */
  delete(key: KeyInput): Promise<boolean>;
  /** In the order of `keys`. */
  deleteMany(keys: readonly KeyInput[]): Promise<boolean[]>;
  /**
   * The value, which is deleted: of several who take it at the same time, in any process, at most one has it.
   * Undefined if there is none, or if the delete has failed.
   *
   * @example
   * const cache = createCache({ backend: memory({ maxEntries: 10_000 }), ttl: "5m" });
   * await cache.set("ticket:7", { seat: "12A" }, { ttl: "10m" });
   * await cache.take("ticket:7"); // { seat: "12A" }
   * await cache.take("ticket:7"); // undefined
   */
  take<T>(key: KeyInput): Promise<T | undefined>;
  /** In the order of `keys`. */
  takeMany<T>(keys: readonly KeyInput[]): Promise<(T | undefined)[]>;
  /**
   * Makes the entry stale from now on: it is the answer within the stale windows, and loaded anew. Loads that
   * had begun are not stored, in any process. Answers whether there was an entry.
   *
   * An entry without stale windows is deleted. So is one that cannot be marked, because the store has no
   * leases or others keep writing it. If that fails, it is tried again, as `delete` does.
   */
  expire(key: KeyInput): Promise<boolean>;
  /** In the order of `keys`. */
  expireMany(keys: readonly KeyInput[]): Promise<boolean[]>;
  /**
   * Begins the life of a fresh entry anew, in all tiers: the same value ends `ttl` from now, and its stale
   * windows follow. Default: the `ttl` of the cache or entity, and no end comes sooner than it would have.
   * The age of the value stays, so `maxAge` counts from when it was asked for.
   *
   * Answers false, and writes nothing, if there is no fresh entry, if a process is loading it, if anything
   * changes it meanwhile, or if the store has no leases. So nothing that was deleted or expired comes back.
   */
  touch(key: KeyInput, ttl?: Duration): Promise<boolean>;
  /** In the order of `keys`. */
  touchMany(keys: readonly KeyInput[], ttl?: Duration): Promise<boolean[]>;
  /**
   * The value, loaded where it is missing, once for all who ask for it meanwhile. It is stored unless the key
   * has been set, deleted or invalidated since the load began; the callers get it all the same. A load that
   * fails rejects for all who wait for it, unless a value within `staleIfError` is at hand, and nothing is
   * stored.
   */
  getOrSet<T, Stale = T>(
    key: KeyInput,
    load: Loader<T, Stale>,
    options?: CallOptions<NoInfer<T>>,
  ): Promise<T>;
  /**
   * In the order of `keys`, with one call of `load` for all that are missing. If `load` answers an Error for
   * some keys, the others are stored, and then the call rejects with a `LoadManyError`, which has their
   * values. A `load` that throws rejects at once. Further keys that `load` answers are stored in the
   * background, unless something has changed or begun to load them since `load` was called.
   */
  getOrSetMany<K extends KeyInput, T, Stale = T>(
    keys: readonly K[],
    load: ManyLoader<K, T, Stale>,
    options?: CallOptions<NoInfer<T>>,
  ): Promise<(T | undefined)[]>;
  /**
   * `run` behind this cache, with its `this`, its arguments and its type parameters: same arguments, same
   * key, one call.
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
  /** Entries of one kind, typed by a schema. */
  entity<T, K extends KeyInput = KeyInput>(options: EntityOptions<T>): Entity<K, T>;
  /**
   * The same cache with keys of its own: no key of another namespace, or of the cache itself, is one of them.
   */
  namespace(name: string, options?: NamespaceOptions): Cache;
  /**
   * Entries with any of these tags, in every namespace and process, that were asked for until now are gone.
   * A first tier that is kept coherent in another process goes on until the news arrives there, which takes
   * about as long as a round trip. If the other processes cannot be told now, they are told later, and the
   * invalidation holds here until then.
   */
  invalidateTags(tags: readonly string[]): Promise<void>;
  /**
   * Makes the entries of these tags stale from now on, in every namespace and process: they are the answer
   * within the stale windows, and loaded anew. Two round trips, however many entries there are. An entry that
   * is still there at the fifth call for its tag is gone then.
   *
   * If the tags cannot be marked, because the store has no leases or fails, they are invalidated.
   */
  expireTags(tags: readonly string[]): Promise<void>;
  /**
   * Lists the keys of entries, as they were written (an object's properties in alphabetical order), in any
   * order; of a namespace, its own. Keys of namespaces and entities within are theirs.
   *
   * Slow: a store may look at everything that it holds. A key whose entry is there from the first page to the
   * last is listed, once or several times. A key that is set or deleted meanwhile may be listed or not, and a
   * listed entry may have expired, or be invalid by its tags. Rejects with a `BackendError` if a store fails
   * or cannot list, such as for the key format `hashed`.
   */
  keys<K extends KeyInput = KeyInput>(options?: KeysOptions): AsyncIterable<K>;
  /**
   * Deletes the entries whose keys begin with `prefix`, by listing them. Slow: tags do the same at once, in
   * all processes.
   *
   * Entries that were stored, or that this process was storing, before the call are gone after it. Loads that
   * had begun in this process are not stored. Entries that are set meanwhile may go or stay. Rejects as
   * `keys` does; some entries may be deleted by then.
   */
  deletePrefix(prefix: KeyPrefix): Promise<DeletedPrefix>;
  /**
   * Removes every entry; of a namespace, its own. Rejects with a `BackendError` where that cannot be done.
   */
  clear(): Promise<void>;
  /**
   * Counts of hits, loads and the like since the cache was made; of a namespace, its own. `lookup`
   * without a loader is not counted.
   */
  stats(): CacheStats;
  /**
   * Resolves when nothing is under way in the cache and all its namespaces: no load, read or change, and no
   * work in the background. Deletes that wait to be tried again are not waited for, nor is the background
   * work of a composition, which its own `offload` drains.
   */
  idle(): Promise<void>;
  /**
   * Aborts loads, whose callers hear of `closed`; finishes every set, delete and invalidation that has begun;
   * tries once more the deletes that wait; then closes the backend if no other cache or composition uses it,
   * be it called on the cache or on a namespace. After `closeTimeout` it rejects with a `BackendError` that
   * counts the changes that it gave up. Later operations reject with `closed`.
   */
  close(): Promise<void>;
}
