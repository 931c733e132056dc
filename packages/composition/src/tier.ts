import {
  type AnyBackend,
  type CacheBackend,
  type CacheContext,
  type CacheValue,
  type Clock,
  checkKnown,
  checkOption,
  endingAt,
  isCacheBackend,
  type KeyLike,
  type MaybePromise,
  type Purpose,
  systemClock,
} from "@hitbox/core";
import { asTier, DelegatingTier, type TierBackend } from "@hitbox/core/tier";

export interface TierOptions {
  /** Most milliseconds that this tier keeps an entry, whatever the entry's own time to live. */
  readonly maxTtl: number;
  /**
   * Share of `maxTtl`, 0 to 1, by which an entry may end earlier, at random, so that a fleet that was filled
   * at the same time does not expire at the same time. Default: 0.
   */
  readonly jitter?: number | undefined;
  /** Epoch milliseconds. Default: `Date.now`. */
  readonly now?: Clock | undefined;
  /** From 0 to 1, 1 excluded. Default: `Math.random`. */
  readonly random?: (() => number) | undefined;
}

/**
 * Shortens the life of entries in one tier: set, refilled or through a composition. An entry that ends sooner
 * by itself is unchanged. In a composition, the tiers above it keep an entry no longer than this tier.
 *
 * @throws TypeError for an option that is unknown or wrong.
 * @example
 * const near = tier(memory({ maxEntries: 10_000 }), { maxTtl: 30_000, jitter: 0.1 });
 * const backend = compose(near, memory({ maxEntries: 100_000, label: "far" }));
 */
export function tier(backend: AnyBackend, options: TierOptions): CacheBackend {
  checkKnown("tier", options, ["maxTtl", "jitter", "now", "random"]);
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
  return new ShorterLived(asTier(backend, isCacheBackend(backend) ? {} : { now }), new Limit(end));
}

class Limit {
  readonly #end: () => number;
  readonly #settled = new WeakSet<CacheValue<unknown>>();

  constructor(end: () => number) {
    this.#end = end;
  }

  shorten<T>(value: CacheValue<T>): CacheValue<T> {
    if (this.#settled.has(value)) return value;
    const end = this.#end();
    return value.expiresAt !== undefined && value.expiresAt <= end ? value : endingAt(value, end);
  }

  /** Fixes the value's end, because the next draw of the jitter would differ. */
  settle<T>(value: CacheValue<T>): CacheValue<T> {
    this.#settled.add(value);
    return value;
  }
}

/** Does not shorten `shared`, the tier that all processes agree on: its entries belong to others too. */
class ShorterLived extends DelegatingTier {
  readonly #limit: Limit;

  constructor(backend: TierBackend, limit: Limit) {
    super(backend);
    this.#limit = limit;
  }

  override asTierOf(parent: string): TierBackend {
    return new ShorterLived(this.backend.asTierOf(parent), this.#limit);
  }

  override withPurpose(purpose: Purpose): TierBackend {
    return new ShorterLived(this.backend.withPurpose(purpose), this.#limit);
  }

  override batched(): TierBackend {
    return new ShorterLived(this.backend.batched(), this.#limit);
  }

  override capExpiry<T>(value: CacheValue<T>): CacheValue<T> {
    return this.#limit.settle(super.capExpiry(this.#limit.shorten(value)));
  }

  override set<T>(key: KeyLike, value: CacheValue<T>, context?: CacheContext): MaybePromise<void> {
    return this.backend.set(key, this.#limit.shorten(value), context);
  }

  override setFenced<T>(
    key: KeyLike,
    value: CacheValue<T>,
    fence: string,
    context?: CacheContext,
  ): MaybePromise<boolean> {
    return this.backend.setFenced(key, this.#limit.shorten(value), fence, context);
  }

  override setMany(
    entries: readonly (readonly [key: KeyLike, value: CacheValue<unknown>])[],
  ): MaybePromise<void> {
    return this.backend.setMany(entries.map(([key, value]) => [key, this.#limit.shorten(value)] as const));
  }
}
