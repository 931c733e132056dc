import type { EntryToSet, ManyLoader } from "./cache.ts";
import type { KeyPrefix } from "./keys/key-scope.ts";
import type { KeyInput } from "./keys/key-text.ts";
import type { KeysOptions } from "./keys/list-keys.ts";
import type { CallOptions, EntryOptions, Loader, LoadOptions } from "./options.ts";
import type { Duration } from "./policy/duration.ts";
import type { Lookup } from "./read/lookup.ts";
import type { Migrate, StandardSchema } from "./read/schema.ts";
import type { CacheStats } from "./stats/stats.ts";
import type { DeletedPrefix } from "./write/delete-prefix.ts";

export interface EntityOptions<T> extends LoadOptions<NoInfer<T>> {
  /** Name of the kind. 1–64 characters of A-Z a-z 0-9 _ -. */
  readonly prefix: string;
  /**
   * Raise it if the shape of the value changes. Entries of other versions are not read, or go through
   * `migrate`. Default: 0.
   */
  readonly version?: number | undefined;
  /**
   * Checks values. A value from a tier that does not pass is loaded anew, and reported. A loaded value that
   * does not pass rejects the load with an `InvalidValueError`, and a value that is set rejects the set. The
   * store gets the caller's or loader's value, and callers get the schema's output. Default: no check.
   */
  readonly schema?: StandardSchema<T> | undefined;
  /**
   * Makes a value of another version into one of this version, before it is validated. If it throws, the
   * entry is a miss. With `migrate`, entries of all versions share the keys of version 0, and entries stored
   * without `migrate` are of version 0. Needs `schema`.
   */
  readonly migrate?: Migrate | undefined;
}

/** A `Cache` of one kind of values; see there. */
export interface Entity<K extends KeyInput, T> {
  get(key: K): Promise<T | undefined>;
  getSync(key: K): T | undefined;
  getMany(keys: readonly K[]): Promise<(T | undefined)[]>;
  has(key: K): Promise<boolean>;
  lookup(key: K): Promise<Lookup<T>>;
  /** `load` may find nothing: then the value is undefined. */
  lookup(key: K, load: Loader<T | undefined, T>, options?: CallOptions<T>): Promise<Lookup<T>>;
  set(key: K, value: T, options?: EntryOptions<T>): Promise<void>;
  setMany(entries: readonly EntryToSet<K, T>[], options?: EntryOptions<T>): Promise<void>;
  delete(key: K): Promise<boolean>;
  deleteMany(keys: readonly K[]): Promise<boolean[]>;
  take(key: K): Promise<T | undefined>;
  takeMany(keys: readonly K[]): Promise<(T | undefined)[]>;
  expire(key: K): Promise<boolean>;
  expireMany(keys: readonly K[]): Promise<boolean[]>;
  touch(key: K, ttl?: Duration): Promise<boolean>;
  touchMany(keys: readonly K[], ttl?: Duration): Promise<boolean[]>;
  keys(options?: KeysOptions): AsyncIterable<K>;
  deletePrefix(prefix: KeyPrefix): Promise<DeletedPrefix>;
  getOrSet(key: K, load: Loader<T>, options?: CallOptions<T>): Promise<T>;
  /** With a loader that may find nothing. */
  getOrSet(key: K, load: Loader<T | undefined, T>, options?: CallOptions<T>): Promise<T | undefined>;
  getOrSetMany(
    keys: readonly K[],
    load: ManyLoader<K, T>,
    options?: CallOptions<T>,
  ): Promise<(T | undefined)[]>;
  stats(): CacheStats;
}
