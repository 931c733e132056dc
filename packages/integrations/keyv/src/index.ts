export { type FromKeyvOptions, fromKeyv } from "./from-keyv.ts";
export type { KeyvLike, KeyvStoreLike } from "./keyv-like.ts";
export { type KeyvEntry, type KeyvStore, type ToKeyvOptions, toKeyv } from "./to-keyv.ts";
