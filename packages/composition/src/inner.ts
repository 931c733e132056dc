import type { CacheBackend, CacheValue, KeyLike } from "@hitbox/core";

/** What a composition, and a `tier` around a backend, are to a composition around them, beside being backends. */
export interface Inner {
  /** Whether a tier may hold an older value of the key than was written, see `OrderedTier`. */
  isInDoubt(key: KeyLike): boolean;
  /** The value with the end that it will have here, be it set once or more often: nothing above may keep it longer. */
  keeping<T>(value: CacheValue<T>): CacheValue<T>;
  /** Lets nobody wait any longer for the write of the key that is under way, see `OrderedTier`. */
  giveUp(key: KeyLike, reason: unknown): void;
  /** The same backend for the keys of one batch: they come one by one, and what comes in one tick goes on together. */
  gathering(): CacheBackend;
}

/** A backend that may be more than one. */
export type TierBackend = CacheBackend & Partial<Inner>;
