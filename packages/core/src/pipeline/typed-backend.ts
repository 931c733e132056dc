import type { Backend, BackendSupports } from "../backend.ts";
import { BackendError } from "../backend-error.ts";
import type { CacheBackendOptions } from "../cache-backend.ts";
import type { CacheContext } from "../cache-context.ts";
import type { KeyLike } from "../cache-key.ts";
import { type CacheValue, checkCacheValue } from "../cache-value.ts";
import type { ChangeListener, StopWatching } from "../change-listener.ts";
import { checkFunction, checkKnown, checkLabel } from "../check.ts";
import type { DeleteStatus } from "../delete-status.ts";
import type { Lease } from "../lease.ts";
import { allOf, chain, isPromise, type MaybePromise } from "../maybe-promise.ts";
import type { Origin } from "../origin.ts";
import { BatchedTier } from "../tier/batched-tier.ts";
import type { TierBackend } from "../tier/tier-backend.ts";
import { Leases } from "./leases.ts";
import { Pipeline, type Shared, shared } from "./pipeline.ts";
import { Store } from "./store.ts";
import { StoreKeys } from "./store-keys.ts";
import { watch } from "./watch.ts";

/** The public face of a pipeline: checks what the caller passes, and that the backend is open. */
export class TypedBackend implements TierBackend {
  readonly label: string;
  readonly supports: BackendSupports;
  readonly shared: TierBackend = this;
  readonly #shared: Shared;
  readonly #origin: Origin;
  readonly #pipeline: Pipeline;
  readonly #leases: Leases;
  readonly #keys: StoreKeys;

  static over(backend: Backend<unknown>, options: CacheBackendOptions): TypedBackend {
    checkKnown(options, ["accepts", "maxDecodedBytes", "offThreadBytes", "now"]);
    checkFunction("now", options.now);
    return new TypedBackend(shared(backend, options), checkLabel("label", backend.label), undefined);
  }

  private constructor(common: Shared, path: string, within: Origin | undefined) {
    this.#shared = common;
    this.#origin = Object.freeze({ within });
    const store = new Store(common.backend, path, this.#origin);
    this.#pipeline = new Pipeline(common, path, store);
    this.#leases = new Leases(common.backend, path, store, this.#pipeline);
    this.#keys = new StoreKeys(common, path);
    this.label = path;
    this.supports = common.backend.supports;
  }

  asTierOf(parent: string): TierBackend {
    return new TypedBackend(this.#shared, `${parent}.${this.label}`, this.#origin);
  }

  get<T>(key: KeyLike, context?: CacheContext): MaybePromise<CacheValue<T> | undefined> {
    return this.#pipeline.get<T>(this.#keyOf(key), context);
  }

  set<T>(key: KeyLike, value: CacheValue<T>, context?: CacheContext): MaybePromise<void> {
    return this.#pipeline.set(this.#keyOf(key), checkCacheValue(value), context);
  }

  delete(key: KeyLike, context?: CacheContext): MaybePromise<DeleteStatus> {
    return this.#pipeline.delete(this.#keyOf(key), context);
  }

  getMany<T>(keys: readonly KeyLike[]): MaybePromise<(CacheValue<T> | undefined)[]> {
    return allOf(keys, (key) => this.get<T>(key));
  }

  setMany(entries: readonly (readonly [key: KeyLike, value: CacheValue<unknown>])[]): MaybePromise<void> {
    const last = new Map(entries.map(([key, value]) => [this.#keyOf(key), checkCacheValue(value)]));
    return chain(this.#pipeline.setMany([...last]), () => undefined);
  }

  deleteMany(keys: readonly KeyLike[]): MaybePromise<DeleteStatus[]> {
    const asked = keys.map((key) => this.#keyOf(key));
    const distinct = [...new Set(asked)];
    return chain(this.#pipeline.deleteMany(distinct), (statuses) => {
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
    return this.#leases.setFenced(this.#keyOf(key), checkCacheValue(value), fence, context);
  }

  releaseLease(key: KeyLike, fence: string): MaybePromise<void> {
    return this.#leases.releaseLease(this.#keyOf(key), fence);
  }

  watch(listener: ChangeListener): StopWatching {
    this.#checkOpen();
    return watch(this.#shared, this.label, this.#origin, listener);
  }

  peek<T>(key: KeyLike): CacheValue<T> | undefined {
    const { shared: isShared, persistent } = this.supports;
    if (isShared || persistent) return undefined;
    const found = this.#pipeline.get<T>(this.#keyOf(key), undefined);
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

  giveUp(): void {}

  toHitValue<T>(data: T, from: "caller" | "tier"): T {
    const { valueFormat } = this.#shared.backend;
    if (from === "tier" && valueFormat.kind === "bytes") return data;
    return valueFormat.deserialize(valueFormat.serialize(data)) as T;
  }

  clear(): MaybePromise<void> {
    this.#checkOpen();
    return this.#pipeline.clear();
  }

  close(): Promise<void> {
    this.#shared.closing ??= this.#close();
    return this.#shared.closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  // What was asked for before the close is sent before it.
  async #close(): Promise<void> {
    for (const batcher of this.#shared.batchers) batcher.flush();
    await this.#shared.order.idle();
    await this.#pipeline.close();
  }

  #keyOf(key: KeyLike): string {
    this.#checkOpen();
    return this.#keys.of(key);
  }

  #checkOpen(): void {
    if (this.#shared.closing === undefined) return;
    throw new BackendError("closed", `${this.label}: used after close`, { backend: this.label });
  }
}
