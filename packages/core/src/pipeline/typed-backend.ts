import type { Backend, BackendSupports } from "../backend.ts";
import { BackendError } from "../backend-error.ts";
import type { CacheBackendOptions, KeysOptions } from "../cache-backend.ts";
import type { CacheContext } from "../cache-context.ts";
import { type CacheValue, checkCacheValue } from "../cache-value.ts";
import type { ChangeListener, StopWatching } from "../change-listener.ts";
import { checkFunction, checkKnown, checkLabel } from "../check.ts";
import type { DeleteStatus } from "../delete-status.ts";
import { SerializedOnce } from "../entries/serialized-once.ts";
import type { KeyLike } from "../keys/cache-key.ts";
import type { Lease } from "../lease.ts";
import { allOf, chain, isPromise, type MaybePromise } from "../maybe-promise.ts";
import type { Origin } from "../origin.ts";
import { BatchedTier } from "../tier/batched-tier.ts";
import type { TierBackend } from "../tier/tier-backend.ts";
import { type BackendState, backendState } from "./backend-state.ts";
import { Codec } from "./codec.ts";
import { GuardedBackend } from "./guarded-backend.ts";
import { keyListing, listKeys } from "./list-keys.ts";
import { StoreKeys } from "./store-keys.ts";
import { TypedLeases } from "./typed-leases.ts";
import { TypedReads } from "./typed-reads.ts";
import { TypedWrites } from "./typed-writes.ts";
import { watch } from "./watch.ts";

/**
 * The typed backend over a raw one. Checks arguments, and that the backend is open; its parts do the rest.
 */
export class TypedBackend implements TierBackend {
  readonly label: string;
  readonly supports: BackendSupports;
  readonly shared: TierBackend = this;
  readonly #state: BackendState;
  readonly #origin: Origin;
  readonly #backend: GuardedBackend;
  readonly #keys: StoreKeys;
  readonly #reads: TypedReads;
  readonly #writes: TypedWrites;
  readonly #leases: TypedLeases;

  static over(backend: Backend<unknown>, options: CacheBackendOptions): TypedBackend {
    checkKnown("cacheBackend", options, ["accepts", "maxDecodedBytes", "offThreadBytes", "now"]);
    checkFunction("now", options.now);
    return new TypedBackend(backendState(backend, options), checkLabel("label", backend.label), undefined);
  }

  private constructor(state: BackendState, path: string, parent: Origin | undefined) {
    const { supports } = state.backend;
    this.label = path;
    this.supports = supports;
    this.#state = state;
    this.#origin = Object.freeze({ within: parent });
    this.#backend = new GuardedBackend(state.backend, path, this.#origin, state.presence);
    const codec = new Codec(state.backend, state.options, path);
    this.#keys = new StoreKeys(state, path);
    this.#reads = new TypedReads(state, path, this.#backend, codec);
    this.#writes = new TypedWrites(state, path, this.#backend, codec);
    this.#leases = new TypedLeases(supports.lease === true, path, this.#backend, this.#reads, this.#writes);
  }

  asTierOf(parent: string): TierBackend {
    return new TypedBackend(this.#state, `${parent}.${this.label}`, this.#origin);
  }

  get<T>(key: KeyLike, context?: CacheContext): MaybePromise<CacheValue<T> | undefined> {
    return this.#reads.get<T>(this.#keyOf(key), context);
  }

  set<T>(key: KeyLike, value: CacheValue<T>, context?: CacheContext): MaybePromise<void> {
    return this.#writes.set(this.#keyOf(key), checkedValue(value), context);
  }

  delete(key: KeyLike, context?: CacheContext): MaybePromise<DeleteStatus> {
    return this.#writes.delete(this.#keyOf(key), context);
  }

  getMany<T>(keys: readonly KeyLike[]): MaybePromise<(CacheValue<T> | undefined)[]> {
    return allOf(keys, (key) => this.get<T>(key));
  }

  setMany(entries: readonly (readonly [key: KeyLike, value: CacheValue<unknown>])[]): MaybePromise<void> {
    const last = new Map(entries.map(([key, value]) => [this.#keyOf(key), checkedValue(value)]));
    return chain(this.#writes.setMany([...last]), () => undefined);
  }

  deleteMany(keys: readonly KeyLike[]): MaybePromise<DeleteStatus[]> {
    const asked = keys.map((key) => this.#keyOf(key));
    const distinct = [...new Set(asked)];
    return chain(this.#writes.deleteMany(distinct), (statuses) => {
      const byKey = new Map(distinct.map((at, index) => [at, statuses[index] as DeleteStatus]));
      return asked.map((at) => byKey.get(at) as DeleteStatus);
    });
  }

  lease<T>(key: KeyLike, ms: number, context?: CacheContext): MaybePromise<Lease<T>> {
    return this.#leases.lease<T>(this.#keyOf(key), ms, context);
  }

  setFenced<T>(
    key: KeyLike,
    value: CacheValue<T>,
    fence: string,
    context?: CacheContext,
  ): MaybePromise<boolean> {
    return this.#leases.setFenced(this.#keyOf(key), checkedValue(value), fence, context);
  }

  releaseLease(key: KeyLike, fence: string): MaybePromise<void> {
    return this.#leases.releaseLease(this.#keyOf(key), fence);
  }

  watch(listener: ChangeListener): StopWatching {
    this.#checkOpen();
    return watch(this.#state, this.label, this.#origin, listener);
  }

  peek<T>(key: KeyLike): CacheValue<T> | undefined {
    const { shared: isShared, persistent } = this.supports;
    if (isShared || persistent) return undefined;
    const found = this.#reads.get<T>(this.#keyOf(key), undefined);
    if (!isPromise(found)) return found;
    // A wrapper made the store asynchronous: no answer now.
    found.catch(() => {});
    return undefined;
  }

  getShared<T>(key: KeyLike, context?: CacheContext): MaybePromise<CacheValue<T> | undefined> {
    return this.get<T>(key, context);
  }

  capExpiry<T>(value: CacheValue<T>): CacheValue<T> {
    return value;
  }

  batched(): TierBackend {
    const { writeMany, removeMany } = this.supports;
    return writeMany || removeMany ? new BatchedTier(this) : this;
  }

  mayBeOutdated(): boolean {
    return false;
  }

  giveUp(key: KeyLike): void {
    this.#writes.giveUp(this.#keys.of(key));
  }

  toHitValue<T>(data: T, from: "caller" | "tier"): T {
    const { valueFormat } = this.#state.backend;
    if (from === "tier" && valueFormat.kind === "bytes") return data;
    return valueFormat.deserialize(valueFormat.serialize(data)) as T;
  }

  keys(options: KeysOptions = {}): AsyncIterable<readonly string[]> {
    this.#checkOpen();
    const { keyFormat } = this.#state.backend;
    return listKeys(keyFormat, this.label, keyListing(options), (request) => {
      this.#checkOpen();
      return this.#backend.keys(request);
    });
  }

  clear(): MaybePromise<void> {
    this.#checkOpen();
    return this.#writes.clear();
  }

  close(): Promise<void> {
    this.#state.closing ??= this.#close();
    return this.#state.closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  // Operations that were asked for before the close are sent before it.
  async #close(): Promise<void> {
    for (const flush of this.#state.flushes) flush();
    await atMost(CLOSE_MS, this.#writes.idle());
    await this.#backend.close();
  }

  #keyOf(key: KeyLike): string {
    if (this.#state.closing !== undefined) this.#checkOpen();
    return this.#keys.of(key);
  }

  #checkOpen(): void {
    if (this.#state.closing === undefined) return;
    throw new BackendError("closed", `${this.label}: used after close`, { backend: this.label });
  }
}

/** A value on its way to several tiers has been checked before. */
function checkedValue<T>(value: CacheValue<T>): CacheValue<T> {
  return value instanceof SerializedOnce ? value : checkCacheValue(value);
}

/**
 * Milliseconds that a close waits for writes that are under way. A store without a deadline may never answer.
 */
const CLOSE_MS = 10_000;

async function atMost(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, late]);
  clearTimeout(timer);
}
