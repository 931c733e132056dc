export type { Cache, Lookup, ManyLoader, NamespaceOptions, WrapOptions } from "./cache.ts";
export type {
  ErrorListener,
  ErrorMessage,
  InvalidateMessage,
  LoadMessage,
  ReadMessage,
  RefreshMessage,
  RetryMessage,
  StaleMessage,
  StoreMessage,
} from "./channels.ts";
export { type CacheOptions, createCache } from "./create-cache.ts";
export type { Entity, EntityOptions } from "./entity.ts";
export type { KeyInput } from "./keys/key-text.ts";
export type { CallOptions, EntryOptions, Loader, LoaderContext, LoadOptions } from "./options.ts";
export type { Duration } from "./policy/duration.ts";
export {
  InvalidValueError,
  type Migrate,
  type SchemaIssue,
  type SchemaResult,
  type StandardSchema,
} from "./read/schema.ts";
