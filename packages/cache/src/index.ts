export type { Around, CallActivity, CallEnd, LoadActivity, LoadEnd } from "./activity.ts";
export type { AgeMessage } from "./answers.ts";
export type {
  Cache,
  EntryToSet,
  ManyLoaded,
  ManyLoader,
  ManyLoaderContext,
  NamespaceOptions,
  WrapOptions,
} from "./cache.ts";
export type { CacheMessage } from "./cache-message.ts";
export {
  type CacheMessages,
  type CheckMessage,
  type ErrorListener,
  type ErrorMessage,
  type ExpireMessage,
  type InvalidateMessage,
  type LeaseMessage,
  type LoadMessage,
  type ReadMessage,
  type RefreshMessage,
  type RetryMessage,
  type StaleMessage,
  type StoreMessage,
  subscribeTo,
  type TouchMessage,
} from "./channels.ts";
export type { CheckOptions } from "./checked/check-options.ts";
export { type Checks, checked } from "./checked/checked.ts";
export type { CheckCounts } from "./checked/checker.ts";
export { type CacheOptions, createCache } from "./create-cache.ts";
export type { Entity, EntityOptions } from "./entity.ts";
export type { KeyPrefix } from "./keys/key-scope.ts";
export type { KeyInput } from "./keys/key-text.ts";
export type { KeysOptions } from "./keys/list-keys.ts";
export { LoadManyError } from "./load/load-many-error.ts";
export { NotCachedError } from "./load/not-cached-error.ts";
export { NothingToKeepError } from "./load/nothing-to-keep-error.ts";
export type {
  ByValue,
  CallOptions,
  EntryOptions,
  Loader,
  LoaderContext,
  LoadOptions,
  Mode,
} from "./options.ts";
export type { Duration } from "./policy/duration.ts";
export { type CacheStatusOptions, cacheStatus } from "./read/cache-status.ts";
export type { Lookup } from "./read/lookup.ts";
export {
  InvalidValueError,
  type Migrate,
  type SchemaIssue,
  type SchemaResult,
  type StandardSchema,
} from "./read/schema.ts";
export type { CallTally } from "./stats/call-tally.ts";
export type { CacheStats, Counts } from "./stats/stats.ts";
export { isTagRecord, type TagState, tagStates } from "./tags/tag-states.ts";
export type { DeletedPrefix } from "./write/delete-prefix.ts";
