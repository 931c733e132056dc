import { classifyBy } from "../adapter/classify-error.ts";
import { type AdapterParts, adapterParts } from "../adapter-options.ts";
import type { Backend, BackendSupports } from "../backend.ts";
import type { ErrorCode } from "../backend-error.ts";
import { checkFunction, checkInteger, checkOption } from "../check.ts";
import { systemClock, wholeClock } from "../clock.ts";
import { typedJson } from "../formats/typed-json/typed-json.ts";
import { chain, type MaybePromise } from "../maybe-promise.ts";
import { batchesOf } from "./batches.ts";
import { Entries } from "./entries.ts";
import { type KeyCodec, keyCodec } from "./key-codec.ts";
import { StoreLeases } from "./leases.ts";
import { listKeys } from "./list-keys.ts";
import type { Store } from "./store.ts";
import type { StoreOptions } from "./store-options.ts";
import { timedStore } from "./timed-store.ts";
import { watched } from "./watched.ts";
import { Watches } from "./watches.ts";

/** Room for the metadata of an entry and a lease. An entry with more, for its tags, is refused by itself. */
const METADATA_BYTES = 256;

/** Most keys of a batch: the answers of one call are in memory together. */
const MOST_AT_ONCE = 1_000;

/**
 * A backend over any store that keeps bytes under a key with a time to live. It brings the envelope with the
 * exact end of each entry, keys that the store allows, a deadline for each call, batches in bounded
 * parallelism, kinds of errors, and leases if the store has a compare-and-set. Core brings the order of
 * writes, and the codec. `Version` is the type of the versions that `getVersion` answers with.
 *
 * @throws TypeError for a store that lacks a member, and for an option that is wrong. Names of options are
 * checked by the adapter, against `STORE_OPTIONS` and its own.
 * @example
 * const bytes = new Map<string, Uint8Array>();
 * const backend = storeBackend({
 *   label: "map",
 *   shared: false,
 *   persistent: false,
 *   expiry: "none",
 *   get: (key) => bytes.get(key),
 *   set: (key, value) => bytes.set(key, value),
 *   delete: (key) => bytes.delete(key),
 * });
 */
export function storeBackend<Version>(given: Store<Version>, options: StoreOptions = {}): Backend {
  checkStore(given);
  const parts = adapterParts(options, { label: given.label, format: typedJson(), stores: "bytes" });
  const { timeout = 1_000, clearTimeout = 60_000, now: clock = systemClock } = options;
  checkInteger("timeout", timeout, 1, 600_000);
  checkInteger("clearTimeout", clearTimeout, 1, 3_600_000);
  checkFunction("now", clock);
  const now = wholeClock(clock);
  const kindOf = (error: unknown): ErrorCode | undefined =>
    given.classify?.(error) ?? classifyBy(given.errors, error);
  const store = timedStore(
    given,
    timeout,
    clearTimeout,
    kindOf,
    given.watch && ((changed) => watches?.endedLate(changed)),
  );
  const keys = keyCodec(store.keys, store.list !== undefined);
  const watches = given.watch && new Watches(store, keys);
  const entries = new Entries(store, keys, now);
  const leases = store.compareAndSet && new StoreLeases(store, keys, now);
  const { readMany, ...batches } = batchesOf(store, entries, keys, now);
  const silent: Backend = {
    ...(parts as AdapterParts<Uint8Array>),
    supports: supportsOf(store, keys),
    read: (key) => entries.read(key),
    write: (key, value) => entries.write(key, value),
    remove: (key) => entries.remove(key),
    ...batches,
    ...(!store.getsAtOnce && { readMany }),
    ...(leases && {
      lease: (key, ms) => leases.lease(key, ms),
      writeFenced: (key, value, fence) => leases.writeFenced(key, value, fence),
      releaseLease: (key, fence) => leases.releaseLease(key, fence),
    }),
    ...(store.clear && { clear: () => done(store.clear?.(keys.prefix)) }),
    ...(store.list && { keys: (listing) => listKeys(store, keys, listing) }),
    classify: kindOf,
    close: () => done(store.close?.()),
  };
  return Object.freeze(watches ? watched(silent, watches) : silent);
}

function checkStore(store: Store): void {
  for (const name of ["get", "set", "delete"] as const)
    checkOption(
      typeof store?.[name] === "function",
      `storeBackend: ${name}`,
      store?.[name],
      "must be a function",
    );
  const hasBoth = (store.getVersion === undefined) === (store.compareAndSet === undefined);
  checkOption(
    hasBoth,
    "storeBackend: compareAndSet",
    store.compareAndSet,
    "needs `getVersion`, and the other way round",
  );
  if (store.maxBatch !== undefined) checkInteger("storeBackend: maxBatch", store.maxBatch, 1, 10_000);
  if (store.atOnce !== undefined) checkInteger("storeBackend: atOnce", store.atOnce, 1, 10_000);
  if (store.maxBatchBytes !== undefined)
    checkInteger("storeBackend: maxBatchBytes", store.maxBatchBytes, 1_024, 2 ** 31 - 1);
  if (store.maxBytes !== undefined)
    checkInteger("storeBackend: maxBytes", store.maxBytes, 1_024, 2 ** 31 - 1);
}

function supportsOf(store: Store, { maxKeyBytes }: KeyCodec): BackendSupports {
  const batch = Object.freeze({ max: MOST_AT_ONCE });
  return Object.freeze({
    ...{ expiry: store.expiry, shared: store.shared, persistent: store.persistent },
    ...{ readMany: store.getsAtOnce ? false : batch, writeMany: batch, removeMany: batch },
    ...(maxKeyBytes !== undefined && { maxKeyBytes }),
    ...(store.maxBytes !== undefined && { maxValueBytes: store.maxBytes - METADATA_BYTES }),
    clear: store.clear !== undefined,
    lease: store.compareAndSet !== undefined,
    watch: store.watch !== undefined,
    keys: store.list !== undefined,
  });
}

function done(answer: MaybePromise<unknown>): MaybePromise<void> {
  return chain(answer, () => undefined);
}
