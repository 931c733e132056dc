import type { CacheValue } from "@hitbox/core";

/** How the answer of a load came about. */
export interface Origin {
  /** As a tier has it, or as it was loaded to be stored. Undefined: it was not to be stored. */
  readonly entry: CacheValue<unknown> | undefined;
  /** True if a tier's entry was fresh when it was found to be the answer. */
  readonly isFresh: boolean;
  /** Undefined: a tier had it. */
  readonly loaded: Loaded | undefined;
}

/** One run of a loader. */
export interface Loaded {
  /** Epoch milliseconds at which it was called. */
  readonly at: number;
  /** Milliseconds that it took, with fractions. */
  readonly ms: number;
  readonly isStored: boolean;
}

/** Nobody is answered. */
export const NOTHING: Origin = { entry: undefined, isFresh: false, loaded: undefined };
