export type { CacheEntry, CacheEntryOptions, CacheLike } from "./cache-like.ts";
export { type FromKeyvOptions, fromKeyv } from "./from-keyv.ts";
export type { KeyvLike, KeyvStoreLike } from "./keyv-like.ts";
export type { KeyvEntry, KeyvStore } from "./keyv-store.ts";
export { type ToKeyvOptions, toKeyv } from "./to-keyv.ts";
