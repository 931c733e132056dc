/** How an entry of a cache is kept. Times are milliseconds. */
export interface CacheEntryOptions {
  readonly ttl?: number | undefined;
  readonly staleWhileRevalidate?: number | undefined;
  readonly staleIfError?: number | undefined;
  readonly jitter?: number | undefined;
}

export type CacheEntry = readonly [key: string, value: unknown, options?: CacheEntryOptions | undefined];

/** The times of an entry, in epoch milliseconds. Undefined for a miss. */
export interface CacheLookup {
  readonly createdAt: number | undefined;
  readonly expiresAt: number | undefined;
}

/** The members of a `Cache` of `@hitbox/cache` that a driver needs. */
export interface CacheLike {
  get(key: string): Promise<unknown>;
  getMany(keys: readonly string[]): Promise<unknown[]>;
  lookup(key: string): Promise<CacheLookup>;
  set(key: string, value: unknown, options?: CacheEntryOptions): Promise<void>;
  setMany(entries: readonly CacheEntry[]): Promise<void>;
  delete(key: string): Promise<boolean>;
  deleteMany(keys: readonly string[]): Promise<boolean[]>;
  keys(options: { readonly prefix: string }): AsyncIterable<unknown>;
  deletePrefix(prefix: string): Promise<unknown>;
  clear(): Promise<void>;
}

const METHODS = [
  "get",
  "getMany",
  "lookup",
  "set",
  "setMany",
  "delete",
  "deleteMany",
  "keys",
  "deletePrefix",
  "clear",
];

export function isCacheLike(value: unknown): value is CacheLike {
  return METHODS.every((name) => typeof Object(value)[name] === "function");
}
