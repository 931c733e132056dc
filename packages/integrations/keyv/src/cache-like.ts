/** The options of an entry of a cache. Times are milliseconds. */
export interface CacheEntryOptions {
  readonly ttl?: number | undefined;
  readonly staleWhileRevalidate?: number | undefined;
  readonly staleIfError?: number | undefined;
  readonly jitter?: number | undefined;
}

export type CacheEntry = readonly [key: string, value: unknown, options?: CacheEntryOptions | undefined];

/** The members of a `Cache` of `@hitbox/cache` that a Keyv needs. */
export interface CacheLike {
  get(key: string): Promise<unknown>;
  getMany(keys: readonly string[]): Promise<unknown[]>;
  set(key: string, value: unknown, options?: CacheEntryOptions): Promise<void>;
  setMany(entries: readonly CacheEntry[]): Promise<void>;
  delete(key: string): Promise<boolean>;
  deleteMany(keys: readonly string[]): Promise<boolean[]>;
  keys(options: { readonly prefix: string }): AsyncIterable<unknown>;
  clear(): Promise<void>;
  namespace(name: string, options: { readonly clear: true }): CacheLike;
}

const METHODS = ["get", "getMany", "set", "setMany", "delete", "deleteMany", "keys", "clear", "namespace"];

export function isCacheLike(value: unknown): value is CacheLike {
  return METHODS.every((name) => typeof Object(value)[name] === "function");
}
