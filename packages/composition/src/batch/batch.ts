import type { CacheContext, CacheValue, DeleteStatus, KeyLike, MaybePromise } from "@hitbox/core";
import { DelegatingTier, type TierBackend } from "@hitbox/core/tier";
import { type Composed, checkOpen, type OwnTiers } from "../composed.ts";
import type { Offload } from "../offload/offload.ts";
import { deleteIn, refillingIn, setIn } from "../operations.ts";
import { OrderedTier, type TierQueues } from "../ordered-tier.ts";
import type { ReadTiers, Refill } from "../tiers.ts";
import { Hold } from "./hold.ts";

/**
 * A composition, for the keys of one `getMany`, `setMany` or `deleteMany`. Each key goes its own way, by the same
 * policies, in the same order and behind the same guards as ever; but what the keys ask of a store in one tick goes to
 * it as one batch, and so does what L2 is asked for when L1 has answered.
 */
export class Batch extends DelegatingTier implements ReadTiers {
  readonly l1: OrderedTier;
  readonly l2: OrderedTier;
  readonly offload: Offload;
  readonly #composed: Composed;

  constructor(composed: Composed, composition: TierBackend & OwnTiers) {
    super(composition);
    const hold = new Hold();
    this.l1 = new FirstOfBatch(composition.l1.backend.batched(), composed.queues[0], hold);
    this.l2 = new SecondOfBatch(composition.l2.backend.batched(), composed.queues[1], hold);
    this.offload = composed.offload;
    this.#composed = composed;
  }

  override batched(): TierBackend {
    return this;
  }

  override get<T>(key: KeyLike, context?: CacheContext): MaybePromise<CacheValue<T> | undefined> {
    checkOpen(this.#composed, this.label);
    return this.#composed.read.read<T>(this, key, context);
  }

  override set<T>(key: KeyLike, value: CacheValue<T>, context?: CacheContext): MaybePromise<void> {
    return setIn(this.#composed, this, key, value, context);
  }

  override delete(key: KeyLike, context?: CacheContext): MaybePromise<DeleteStatus> {
    return deleteIn(this.#composed, this, key, context);
  }

  refilling<T>(
    key: KeyLike,
    context: CacheContext | undefined,
    read: (refill: Refill) => MaybePromise<T>,
  ): MaybePromise<T> {
    return refillingIn(this.#composed, this, key, context, read);
  }
}

class FirstOfBatch extends OrderedTier {
  readonly #hold: Hold;

  constructor(backend: TierBackend, queues: TierQueues, hold: Hold) {
    super(backend, queues);
    this.#hold = hold;
  }

  override get<T>(key: KeyLike, context?: CacheContext): MaybePromise<CacheValue<T> | undefined> {
    return this.#hold.askFirst(key, () => super.get<T>(key, context));
  }
}

class SecondOfBatch extends OrderedTier {
  readonly #hold: Hold;

  constructor(backend: TierBackend, queues: TierQueues, hold: Hold) {
    super(backend, queues);
    this.#hold = hold;
  }

  override get<T>(key: KeyLike, context?: CacheContext): MaybePromise<CacheValue<T> | undefined> {
    return this.#hold.askSecond(key, () => super.get<T>(key, context));
  }
}
