import {
  type AnyBackend,
  type BackendSupports,
  type CacheBackend,
  type CacheContext,
  type CacheValue,
  type ChangeListener,
  type Clock,
  cacheBackend,
  checkKnown,
  checkOption,
  type DeleteStatus,
  endingAt,
  type KeyLike,
  type Lease,
  type MaybePromise,
  type StopWatching,
  systemClock,
} from "@hitbox/core";

export interface TierOptions {
  /** Most milliseconds that this tier keeps an entry, whatever the entry's own time to live. */
  readonly maxTtl: number;
  /**
   * Share of `maxTtl`, 0 to 1, by which an entry may end earlier, at random, so that a fleet that was filled together
   * does not expire together. Default: 0.
   */
  readonly jitter?: number | undefined;
  /** Epoch milliseconds. Default: `Date.now`. */
  readonly now?: Clock | undefined;
  /** From 0 to 1, 1 excluded. Default: `Math.random`. */
  readonly random?: (() => number) | undefined;
}

/**
 * A backend that keeps entries less long than it is asked to: set, refilled or through a composition. An entry that
 * ends sooner by itself is kept as it is.
 *
 * @throws TypeError for an option that is unknown or wrong.
 * @example
 * const near = tier(memory({ maxEntries: 10_000 }), { maxTtl: 30_000, jitter: 0.1 });
 * const backend = compose(near, memory({ maxEntries: 100_000, label: "far" }));
 */
export function tier(backend: AnyBackend, options: TierOptions): CacheBackend {
  checkKnown(options, ["maxTtl", "jitter", "now", "random"]);
  const { maxTtl, jitter = 0, now = systemClock, random = Math.random } = options;
  const inTime = typeof maxTtl === "number" && maxTtl > 0 && Number.isFinite(maxTtl);
  checkOption(inTime, "maxTtl", maxTtl, "must be milliseconds, over 0");
  checkOption(
    typeof jitter === "number" && jitter >= 0 && jitter <= 1,
    "jitter",
    jitter,
    "must be from 0 to 1",
  );
  const end = (): number => Math.ceil(now() + maxTtl * (1 - jitter * random()));
  return new ShorterLived(cacheBackend(backend), end);
}

class ShorterLived implements CacheBackend {
  readonly label: string;
  readonly supports: BackendSupports;
  readonly #backend: CacheBackend;
  readonly #end: () => number;

  constructor(backend: CacheBackend, end: () => number) {
    this.#backend = backend;
    this.#end = end;
    this.label = backend.label;
    this.supports = backend.supports;
  }

  /** Not shortened: what others agree on is not this tier's to end. */
  get shared(): CacheBackend {
    return this.#backend.shared;
  }

  within(parent: string): CacheBackend {
    return new ShorterLived(this.#backend.within(parent), this.#end);
  }

  /** Of a composition: whether one of its tiers may hold an older value than was written. */
  isInDoubt(key: KeyLike): boolean {
    return (this.#backend as { isInDoubt?(key: KeyLike): boolean }).isInDoubt?.(key) ?? false;
  }

  get<T>(key: KeyLike, context?: CacheContext): MaybePromise<CacheValue<T> | undefined> {
    return this.#backend.get<T>(key, context);
  }

  set<T>(key: KeyLike, value: CacheValue<T>, context?: CacheContext): MaybePromise<void> {
    return this.#backend.set(key, this.#shorten(value), context);
  }

  delete(key: KeyLike, context?: CacheContext): MaybePromise<DeleteStatus> {
    return this.#backend.delete(key, context);
  }

  getMany<T>(keys: readonly KeyLike[]): MaybePromise<(CacheValue<T> | undefined)[]> {
    return this.#backend.getMany<T>(keys);
  }

  setMany(entries: readonly (readonly [key: KeyLike, value: CacheValue<unknown>])[]): MaybePromise<void> {
    return this.#backend.setMany(entries.map(([key, value]) => [key, this.#shorten(value)] as const));
  }

  deleteMany(keys: readonly KeyLike[]): MaybePromise<DeleteStatus[]> {
    return this.#backend.deleteMany(keys);
  }

  lease<T>(key: KeyLike, ms: number, context?: CacheContext): MaybePromise<Lease<T>> {
    return this.#backend.lease<T>(key, ms, context);
  }

  setFenced<T>(
    key: KeyLike,
    value: CacheValue<T>,
    fence: string,
    context?: CacheContext,
  ): MaybePromise<boolean> {
    return this.#backend.setFenced(key, this.#shorten(value), fence, context);
  }

  releaseLease(key: KeyLike, fence: string): MaybePromise<void> {
    return this.#backend.releaseLease(key, fence);
  }

  watch(listener: ChangeListener): StopWatching {
    return this.#backend.watch(listener);
  }

  clear(): MaybePromise<void> {
    return this.#backend.clear();
  }

  close(): Promise<void> {
    return this.#backend.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #shorten<T>(value: CacheValue<T>): CacheValue<T> {
    const end = this.#end();
    return value.expiresAt !== undefined && value.expiresAt <= end ? value : endingAt(value, end);
  }
}
