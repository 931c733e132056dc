import type { CacheContext, CacheValue, Clock, DeleteStatus, KeyLike, MaybePromise } from "@hitbox/core";
import { DelegatingTier, type TierBackend } from "@hitbox/core/tier";
import { type Composed, checkOpen, type OwnTiers } from "../composed.ts";
import type { Offload } from "../offload/offload.ts";
import { OrderedTier } from "../order/ordered-tier.ts";
import type { TierQueues } from "../order/tier-queues.ts";
import { L2Read } from "../refill/l2-read.ts";
import { checkKey } from "../text-of.ts";
import type { ReadTiers, Refill } from "../tiers.ts";
import { deleteIn, setIn } from "../write-operations.ts";
import { L2BatchGate } from "./l2-batch-gate.ts";

/**
 * A composition, for the keys of one `getMany`, `setMany` or `deleteMany`. Each key follows the same
 * policies, in the same order and behind the same guards as a single operation. But the requests of one tick
 * to a store travel as one batch. So do the requests to L2 that follow the answers of L1.
 */
export class Batch extends DelegatingTier implements ReadTiers {
  readonly l1: OrderedTier;
  readonly l2: OrderedTier;
  readonly offload: Offload;
  readonly now: Clock;
  readonly #composed: Composed;
  #refills: OrderedTier | undefined;

  constructor(composed: Composed, composition: TierBackend & OwnTiers) {
    super(composition);
    const gate = new L2BatchGate();
    this.l1 = new FirstOfBatch(composition.l1.backend.batched(), composed.queues[0], gate);
    this.l2 = new SecondOfBatch(composition.l2.backend.batched(), composed.queues[1], gate);
    this.offload = composed.offload;
    this.now = composed.now;
    this.#composed = composed;
  }

  get refills(): OrderedTier {
    this.#refills ??= this.l1.withPurpose("refill");
    return this.#refills;
  }

  override batched(): TierBackend {
    return this;
  }

  override get<T>(key: KeyLike, context?: CacheContext): MaybePromise<CacheValue<T> | undefined> {
    return this.#composed.read.read<T>(this, this.#checked(key), context);
  }

  override set<T>(key: KeyLike, value: CacheValue<T>, context?: CacheContext): MaybePromise<void> {
    return setIn(this.#composed, this, this.#checked(key), value, context);
  }

  override delete(key: KeyLike, context?: CacheContext): MaybePromise<DeleteStatus> {
    return deleteIn(this.#composed, this, this.#checked(key), context);
  }

  beginRefill(key: KeyLike, context?: CacheContext): Refill {
    return new L2Read(this.#composed, this, key, context);
  }

  #checked(key: KeyLike): KeyLike {
    checkOpen(this.#composed, this.label);
    checkKey(key);
    return key;
  }
}

class FirstOfBatch extends OrderedTier {
  readonly #gate: L2BatchGate;

  constructor(backend: TierBackend, queues: TierQueues, gate: L2BatchGate) {
    super(backend, queues);
    this.#gate = gate;
  }

  override get<T>(key: KeyLike, context?: CacheContext): MaybePromise<CacheValue<T> | undefined> {
    return this.#gate.askFirst(key, () => super.get<T>(key, context));
  }
}

class SecondOfBatch extends OrderedTier {
  readonly #gate: L2BatchGate;

  constructor(backend: TierBackend, queues: TierQueues, gate: L2BatchGate) {
    super(backend, queues);
    this.#gate = gate;
  }

  override get<T>(key: KeyLike, context?: CacheContext): MaybePromise<CacheValue<T> | undefined> {
    return this.#gate.askSecond(key, () => super.get<T>(key, context));
  }
}
