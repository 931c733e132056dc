export type { CacheEntry, CacheEntryOptions, CacheLike, CacheLookup } from "./cache-like.ts";
export type {
  DriverItem,
  DriverMeta,
  DriverOptions,
  DriverValue,
  UnstorageDriver,
  WatchCallback,
} from "./driver.ts";
export type { DriverLike } from "./driver-like.ts";
export { type FromUnstorageOptions, fromUnstorage } from "./from-unstorage.ts";
export { type ToUnstorageOptions, toUnstorage } from "./to-unstorage.ts";
