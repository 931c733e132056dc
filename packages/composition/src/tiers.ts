import type { CacheContext, CacheValue, Clock, DeleteStatus, KeyLike, MaybePromise } from "@hitbox/core";
import type { Offload } from "./offload/offload.ts";

/** One tier, as a policy sees it: operations on one key happen in the order in which they are asked for. */
export interface Tier {
  get<T>(key: KeyLike, context?: CacheContext): MaybePromise<CacheValue<T> | undefined>;
  set<T>(key: KeyLike, value: CacheValue<T>, context?: CacheContext): MaybePromise<void>;
  delete(key: KeyLike, context?: CacheContext): MaybePromise<DeleteStatus>;
}

/** The two tiers of a composition, the faster first. */
export interface Tiers {
  /** Label path of the composition, such as `memory>redis` or `outer.inner`. */
  readonly label: string;
  readonly l1: Tier;
  readonly l2: Tier;
  /** Where a policy leaves what is still to end when it has answered. Closing the composition drains it. */
  readonly offload: Offload;
}

/** One read of L2 whose answer may be given to L1. */
export interface Refill {
  /**
   * Offers L1 a value that L2 answered with. L1 must be known to hold nothing newer; `known` tells that later. The offer
   * is refused if the value is not fresh, or if a `set`, `delete` or `clear` of the key was under way at any time since
   * the read began. Never fails. A slow refill goes on in the background. Without `known`, offer before you answer: L1
   * may keep the very data, which is then frozen.
   */
  offer(value: CacheValue<unknown>, known?: () => Promise<boolean>): void;
  /** Ends the read. Call it once, however the read ended. */
  end(): void;
}

/** The tiers as a read policy sees them. */
export interface ReadTiers extends Tiers {
  /** Epoch milliseconds. */
  readonly now: Clock;
  /** Begins a read of L2. Call it before you ask L2. */
  beginRefill(key: KeyLike, context?: CacheContext): Refill;
}

/** Which tier is asked when, and what its answer means. */
export interface ReadPolicy {
  readonly name: string;
  read<T>(tiers: ReadTiers, key: KeyLike, context?: CacheContext): MaybePromise<CacheValue<T> | undefined>;
}

/** Which of L2's hits go into L1. */
export interface RefillPolicy {
  readonly name: string;
  /**
   * True if L1 is to have `value`, which L2 answered with. Asked only where it is fresh and nothing newer can be
   * overwritten; one that throws says no.
   */
  refill(value: CacheValue<unknown>, key: KeyLike): boolean;
}

/** One set, to be done in each tier. */
export interface TierWrite {
  /** Sets the key in a tier. */
  to(tier: Tier): MaybePromise<void>;
  /**
   * Removes the key from a tier that may hold an older value, unless a newer write of the key has begun. Never fails.
   */
  undo(tier: Tier): MaybePromise<void>;
  /** Runs what is left to do when the caller has been answered: until it has ended the set is under way. */
  hold<T>(work: () => MaybePromise<T>): MaybePromise<T>;
  /**
   * Leaves work to the offload, and holds it. False: there is no room, and it was not begun. Where it is cancelled, what
   * it has under way in a tier is given up: nobody waits for it, and until it has ended that tier refuses writes of the key.
   */
  background(work: () => MaybePromise<void>): boolean;
  /** True if the key has been deleted since the set began: a tier not yet written must then be left alone. */
  superseded(): boolean;
}

/** Which tier is written when, and which failures the caller hears of. */
export interface WritePolicy {
  readonly name: string;
  write(tiers: Tiers, write: TierWrite): MaybePromise<void>;
}

/** What a delete that failed in one of the tiers, or in both, means. */
export interface DeletePolicy {
  readonly name: string;
  delete(tiers: Tiers, key: KeyLike, context?: CacheContext): MaybePromise<DeleteStatus>;
}
