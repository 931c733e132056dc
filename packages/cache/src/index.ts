export type { Cache, Lookup, ManyLoader, NamespaceOptions, WrapOptions } from "./cache.ts";
export type {
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
export type { KeyPrefix } from "./keys/key-scope.ts";
export type { KeyInput } from "./keys/key-text.ts";
export type { KeysOptions } from "./keys/list-keys.ts";
export type { CallOptions, EntryOptions, Loader, LoaderContext, LoadOptions } from "./options.ts";
export type { Duration } from "./policy/duration.ts";
export { InvalidValueError, type Migrate, type SchemaResult, type StandardSchema } from "./read/schema.ts";
export type { DeletedPrefix } from "./write/delete-prefix.ts";
