import type { CacheBackend, CacheContext, CacheValue, KeyLike, MaybePromise } from "@hitbox/core";

/** The two tiers of a composition, the faster first. */
export interface Tiers {
  /** Label path of the composition, such as `composition` or `outer.inner`. */
  readonly label: string;
  readonly l1: CacheBackend;
  readonly l2: CacheBackend;
}

/** Offers a value that L2 answered with to L1. Never fails; resolves when L1 has taken or refused it. */
export type Refill = (value: CacheValue<unknown>) => MaybePromise<void>;

/** What a read policy works with. */
export interface ReadTiers extends Tiers {
  /**
   * Runs `read`, which asks L2, and gives it the means to refill L1. What `read` got from L2 is not refilled where a
   * `set`, `delete` or `clear` of the key was under way at any time since the start of `read`.
   */
  refilling<T>(
    key: KeyLike,
    context: CacheContext | undefined,
    read: (refill: Refill) => MaybePromise<T>,
  ): MaybePromise<T>;
}

/** Which tier is asked when, and what its answer means. */
export interface ReadPolicy {
  readonly name: string;
  read<T>(tiers: ReadTiers, key: KeyLike, context?: CacheContext): MaybePromise<CacheValue<T> | undefined>;
}

/** One write, to be done in each tier: a tier's `set` with everything but the tier filled in. */
export interface TierWrite {
  (tier: CacheBackend): MaybePromise<void>;
  /** Removes the key from a tier that may hold an older value. Never fails. */
  undo(tier: CacheBackend): MaybePromise<void>;
  /** Whether the key has been deleted since the write began: a tier not yet written must then be left alone. */
  superseded(): boolean;
}

/** Which tier is written when, and which failures the caller hears of. */
export interface WritePolicy {
  readonly name: string;
  write(tiers: Tiers, write: TierWrite): MaybePromise<void>;
}
