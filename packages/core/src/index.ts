export { inParallel } from "./adapter/in-parallel.ts";
export { ADAPTER_OPTIONS, type AdapterOptions, type AdapterParts, adapterParts } from "./adapter-options.ts";
export type { Backend, BackendSupports, BatchLimit } from "./backend.ts";
export {
  BackendError,
  type BackendErrorOptions,
  type ErrorCode,
  isRefusal,
  isUnreadable,
} from "./backend-error.ts";
export { type BackendWarning, emitWarning } from "./backend-warning.ts";
export {
  type AnyBackend,
  type CacheBackend,
  type CacheBackendOptions,
  isBackend,
  isCacheBackend,
  type KeysOptions,
} from "./cache-backend.ts";
export { type CacheContext, cacheContext, type TierOutcome } from "./cache-context.ts";
export {
  type CacheValue,
  type CacheValueOptions,
  cacheValue,
  checkCacheValue,
  type Freshness,
  freshness,
} from "./cache-value.ts";
export { type CallsUnderWay, callsUnderWay } from "./calls-under-way.ts";
export type { BackendListener, ChangeListener, StopWatching } from "./change-listener.ts";
export {
  checkFunction,
  checkId,
  checkInstant,
  checkInteger,
  checkKnown,
  checkLabel,
  checkLimit,
  checkMilliseconds,
  checkOption,
} from "./check.ts";
export { checkSpelling, checkTls } from "./check-spelling.ts";
export { type Clock, systemClock } from "./clock.ts";
export type { Compressor } from "./compressor.ts";
export { type BrotliOptions, brotli } from "./compressors/brotli.ts";
export { exactSize } from "./compressors/exact-size.ts";
export { type GzipOptions, gzip } from "./compressors/gzip.ts";
export { passthrough } from "./compressors/passthrough.ts";
export { delegateTo } from "./delegate-to.ts";
export { type DeleteStatus, deleted, missing } from "./delete-status.ts";
export { endingAt, handOver, serializeOnce } from "./entries/serialized-once.ts";
export { isShared } from "./entries/shared-entry.ts";
export { decodeEnvelope, encodeEnvelope } from "./envelope/envelope.ts";
export {
  decodeLeased,
  encodeLeased,
  fenceMark,
  LEASE_HEADER_BYTES,
  type Leased,
  newFence,
  withoutLease,
} from "./envelope/lease-header.ts";
export { every } from "./every.ts";
export type { Format } from "./format.ts";
export { fillWatched, type Watched } from "./formats/fill-watched.ts";
export { type JsonOptions, json } from "./formats/json.ts";
export { MAX_NODES, maxShapes } from "./formats/limits.ts";
export { remedyFor } from "./formats/remedy.ts";
export { ShapeLimit } from "./formats/shape-limit.ts";
export type { CustomType } from "./formats/typed-json/custom-type.ts";
export { type TypedJsonOptions, typedJson } from "./formats/typed-json/typed-json.ts";
export type { KeyFormat } from "./key-format.ts";
export type { KeyListing, KeyPage } from "./key-page.ts";
export {
  type CacheKey,
  type CacheKeyOptions,
  cacheKey,
  type KeyLike,
  type KeyParts,
  type KeyPartValue,
} from "./keys/cache-key.ts";
export { hashed } from "./keys/hashed.ts";
export { type KeyPart, keyText, parseKeyText } from "./keys/key-text.ts";
export { text } from "./keys/text.ts";
export { urlEncoded } from "./keys/url-encoded.ts";
export { Lanes } from "./lanes.ts";
export { FENCE_MS, type Lease, type StoredLease } from "./lease.ts";
export { all, allOf, chain, isPromise, type MaybePromise, recover } from "./maybe-promise.ts";
export type { Origin } from "./origin.ts";
export { outside } from "./outside.ts";
export { cacheBackend } from "./pipeline/cache-backend.ts";
export {
  type BackendAgeMessage,
  type BackendMessage,
  type BackendMessages,
  type CodecMessage,
  subscribeTo,
} from "./pipeline/channels.ts";
export type { ReadTally } from "./pipeline/read-tallies.ts";
export type { Purpose } from "./purpose.ts";
export type { Life, Store, StoreChange, StoreEntry, StoreKeys, StorePage, Versioned } from "./store/store.ts";
export { storeBackend } from "./store/store-backend.ts";
export { STORE_OPTIONS, type StoreOptions } from "./store/store-options.ts";
export type { StoredValue } from "./stored-value.ts";
export type { Subscribe } from "./subscribe-to.ts";
