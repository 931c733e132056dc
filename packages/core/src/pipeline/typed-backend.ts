import type { Backend, BackendSupports } from "../backend.ts";
import { BackendError } from "../backend-error.ts";
import type { CacheBackendOptions, KeysOptions } from "../cache-backend.ts";
import type { CacheContext } from "../cache-context.ts";
import type { CacheValue } from "../cache-value.ts";
import type { ChangeListener, StopWatching } from "../change-listener.ts";
import { checkFunction, checkKnown, checkLabel, checkOption } from "../check.ts";
import type { DeleteStatus } from "../delete-status.ts";
import { checked } from "../entries/serialized-once.ts";
import type { KeyLike } from "../keys/cache-key.ts";
import { checkLeaseTime, type Lease } from "../lease.ts";
import { allOf, chain, isPromise, type MaybePromise } from "../maybe-promise.ts";
import type { Origin } from "../origin.ts";
import type { Purpose } from "../purpose.ts";
import { BatchedTier } from "../tier/batched-tier.ts";
import { pathWithin } from "../tier/path-within.ts";
import type { TierBackend } from "../tier/tier-backend.ts";
import { type BackendState, backendState } from "./backend-state.ts";
import { GuardedBackend } from "./guarded-backend.ts";
import { keyListing, listKeys } from "./list-keys.ts";
import { closed, StoreKeys } from "./store-keys.ts";
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
  /** This backend, for other purposes. Made when they are first asked for. */
  readonly #views = new Map<Purpose, TypedBackend>();

  static over(backend: Backend<unknown>, options: CacheBackendOptions): TypedBackend {
    checkKnown("cacheBackend", options, ["accepts", "maxDecodedBytes", "offThreadBytes", "now"]);
    checkFunction("now", options.now);
    const label = checkLabel("label", backend.label);
    return new TypedBackend(backendState(backend, options), label, { within: undefined }, "value");
  }

  private constructor(
    state: BackendState,
    path: string,
    origin: Origin,
    purpose: Purpose,
    known?: TypedBackend,
  ) {
    const { supports } = state.backend;
    this.label = path;
    this.supports = supports;
    this.#state = state;
    this.#origin = Object.freeze(origin);
    this.#backend = known ? known.#backend : new GuardedBackend(state.backend, path, origin, state.presence);
    this.#keys = known ? known.#keys : new StoreKeys(state, path);
    this.#reads = new TypedReads(state, path, this.#backend, purpose, known ? known.#reads : undefined);
    this.#writes = new TypedWrites(state, path, this.#backend, purpose);
  }

  get identity(): object {
    return this.#state.backend;
  }

  asTierOf(parent: string): TierBackend {
    const path = pathWithin(parent, this.label);
    return new TypedBackend(this.#state, path, { within: this.#origin }, "value");
  }

  withPurpose(purpose: Purpose): TierBackend {
    const known = this.#views.get(purpose);
    if (known !== undefined) return known;
    const view = new TypedBackend(this.#state, this.label, this.#origin, purpose, this);
    this.#views.set(purpose, view);
    return view;
  }

  get<T>(key: KeyLike, context?: CacheContext): MaybePromise<CacheValue<T> | undefined> {
    return this.#reads.get<T>(this.#keys.of(key), context);
  }

  set<T>(key: KeyLike, value: CacheValue<T>, context?: CacheContext): MaybePromise<void> {
    return this.#writes.set(this.#keys.of(key), checked(value), context);
  }

  delete(key: KeyLike, context?: CacheContext): MaybePromise<DeleteStatus> {
    return this.#writes.delete(this.#keys.of(key), context);
  }

  getMany<T>(keys: readonly KeyLike[]): MaybePromise<(CacheValue<T> | undefined)[]> {
    return allOf(keys, (key) => this.get<T>(key));
  }

  setMany(entries: readonly (readonly [key: KeyLike, value: CacheValue<unknown>])[]): MaybePromise<void> {
    const last = new Map(entries.map(([key, value]) => [this.#keys.of(key), checked(value)]));
    return chain(this.#writes.setMany([...last]), () => undefined);
  }

  deleteMany(keys: readonly KeyLike[]): MaybePromise<DeleteStatus[]> {
    const asked = keys.map((key) => this.#keys.of(key));
    const distinct = [...new Set(asked)];
    return chain(this.#writes.deleteMany(distinct), (statuses) => {
      const byKey = new Map(distinct.map((at, index) => [at, statuses[index] as DeleteStatus]));
      return asked.map((at) => byKey.get(at) as DeleteStatus);
    });
  }

  lease<T>(key: KeyLike, ms: number, context?: CacheContext): MaybePromise<Lease<T>> {
    const at = this.#keys.of(key);
    if (!this.supports.lease) this.#refuseLeases("lease");
    return this.#reads.lease<T>(at, checkLeaseTime(ms), context);
  }

  setFenced<T>(
    key: KeyLike,
    value: CacheValue<T>,
    fence: string,
    context?: CacheContext,
  ): MaybePromise<boolean> {
    const at = this.#keys.of(key);
    if (!this.supports.lease) this.#refuseLeases("setFenced");
    if (typeof fence !== "string" || fence === "") refuseFence(fence);
    return this.#writes.setFenced(at, checked(value), fence, context);
  }

  releaseLease(key: KeyLike, fence: string): MaybePromise<void> {
    const at = this.#keys.of(key);
    if (!this.supports.lease) this.#refuseLeases("releaseLease");
    if (typeof fence !== "string" || fence === "") refuseFence(fence);
    return this.#backend.releaseLease(at, fence);
  }

  watch(listener: ChangeListener): StopWatching {
    this.#checkOpen();
    return watch(this.#state, this.label, this.#origin, listener);
  }

  peek<T>(key: KeyLike, context?: CacheContext): CacheValue<T> | undefined {
    const { shared: isShared, persistent } = this.supports;
    if (isShared || persistent) return undefined;
    const found = this.#reads.get<T>(this.#keys.of(key), context);
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
    this.#writes.giveUp(this.#state.keyFormat.encode(typeof key === "string" ? key : key.text));
  }

  toHitValue<T>(data: T, from: "caller" | "tier"): T {
    const { valueFormat } = this.#state.backend;
    // A string is nobody's to change: it needs no copy, which may be long.
    if (valueFormat.kind === "bytes" ? from === "tier" : typeof data === "string") return data;
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

  #checkOpen(): void {
    if (this.#state.closing !== undefined) throw closed(this.label);
  }

  #refuseLeases(operation: string): never {
    const message = `${this.label}: this backend has no leases, which ${operation} needs`;
    throw new BackendError("unsupported", message, { backend: this.label });
  }
}

function refuseFence(fence: unknown): never {
  checkOption(false, "fence", fence, "must be one that lease gave");
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
