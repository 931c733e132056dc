import type { CacheContext, CacheValue, Clock, DeleteStatus, KeyLike, MaybePromise } from "@hitbox/core";
import type { Offload } from "./offload/offload.ts";

/** One tier, as a policy sees it. Operations on one key happen in call order. */
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
  /** Runs work that a policy leaves unfinished after its answer. Closing the composition drains it. */
  readonly offload: Offload;
}

/** One read of L2 whose answer may be given to L1. */
export interface Refill {
  /**
   * Offers L1 a value that L2 answered with. L1 must be known to hold nothing newer; `known` tells that
   * later. The offer is refused if the value is not fresh. It is refused too if a `set`, `delete` or `clear`
   * of the key was under way at any time since the read began. Never fails. A slow refill goes on in the
   * background. Without `known`, offer before you answer: L1 may keep the same data, which is then frozen.
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

/** Decides the order in which a read asks the tiers, and the meaning of their answers. */
export interface ReadPolicy {
  readonly name: string;
  read<T>(tiers: ReadTiers, key: KeyLike, context?: CacheContext): MaybePromise<CacheValue<T> | undefined>;
}

/** Selects the hits of L2 that go into L1. */
export interface RefillPolicy {
  readonly name: string;
  /**
   * True if `value`, an answer of L2, goes into L1. Called only if the value is fresh and overwrites nothing
   * newer. If it throws, the value does not go into L1.
   */
  refill(value: CacheValue<unknown>, key: KeyLike): boolean;
}

/** One set, to be done in each tier. */
export interface TierWrite {
  /** Sets the key in a tier. */
  to(tier: Tier): MaybePromise<void>;
  /**
   * Removes the key from a tier that may hold an older value, unless a newer write of the key has begun.
   * Never fails.
   */
  undo(tier: Tier): MaybePromise<void>;
  /**
   * Runs the work that remains after the answer to the caller. The set is under way until this work has
   * ended.
   */
  hold<T>(work: () => MaybePromise<T>): MaybePromise<T>;
  /**
   * Leaves work to the offload, and holds it. False: there is no room, and the work was not begun. If the
   * work is cancelled, its operations in a tier are given up: no caller waits for them, and the tier refuses
   * writes of the key until they have ended.
   */
  background(work: () => MaybePromise<void>): boolean;
  /** True if the key has been deleted since the set began: a tier not yet written must then be left alone. */
  superseded(): boolean;
}

/** Decides the order in which a set writes the tiers, and the failures that the caller gets. */
export interface WritePolicy {
  readonly name: string;
  write(tiers: Tiers, write: TierWrite): MaybePromise<void>;
}

/** Decides the result of a delete that failed in one of the tiers, or in both. */
export interface DeletePolicy {
  readonly name: string;
  delete(tiers: Tiers, key: KeyLike, context?: CacheContext): MaybePromise<DeleteStatus>;
}
