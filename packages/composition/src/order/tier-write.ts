import { type CacheContext, type CacheValue, isPromise, type KeyLike, type MaybePromise } from "@hitbox/core";
import type { Composed, OwnTiers } from "../composed.ts";
import { finish } from "../finish.ts";
import type { Tier, TierWrite } from "../tiers.ts";
import type { ActiveKey } from "./key-activity.ts";
import type { OrderedTier } from "./ordered-tier.ts";
import { SetInProgress } from "./set-in-progress.ts";

/** A set as a write policy has it. Its work in a tier may go on when the caller has been answered. */
export class OrderedWrite implements TierWrite {
  readonly #composed: Composed;
  readonly #l1: OrderedTier;
  readonly #key: KeyLike;
  readonly #active: ActiveKey;
  readonly #value: CacheValue<unknown>;
  readonly #context: CacheContext | undefined;
  readonly #progress: SetInProgress;
  readonly #underWay = new Set<Tier>();

  /** `active` stands for the key, with the set begun. */
  constructor(
    composed: Composed,
    { l1 }: OwnTiers,
    key: KeyLike,
    active: ActiveKey,
    value: CacheValue<unknown>,
    context: CacheContext | undefined,
  ) {
    this.#composed = composed;
    this.#l1 = l1;
    this.#key = key;
    this.#active = active;
    this.#value = value;
    this.#context = context;
    this.#progress = new SetInProgress(active);
  }

  to(tier: Tier): MaybePromise<void> {
    if (tier === this.#l1 && this.#progress.isDisturbed()) return undefined;
    return this.#in(tier, () => tier.set(this.#key, this.#value, this.#context));
  }

  undo(tier: Tier): MaybePromise<void> {
    if (!this.#progress.isNewest()) return undefined;
    return this.#in(tier, () => removeFrom(tier, this.#key, this.#context));
  }

  hold<T>(work: () => MaybePromise<T>): MaybePromise<T> {
    this.#active.writers++;
    return finish(work, () => this.#composed.activity.endWrite(this.#active));
  }

  background(work: () => MaybePromise<void>): boolean {
    const run = (signal: AbortSignal): MaybePromise<void> => {
      signal.addEventListener("abort", () => this.#giveUp(signal.reason), { once: true });
      return this.hold(work);
    };
    return this.#composed.offload.register({ kind: "write", run });
  }

  superseded(): boolean {
    return this.#progress.isSuperseded();
  }

  /** Runs the set's work in a tier. Until the work has ended the set is under way. */
  #in<T>(tier: Tier, work: () => MaybePromise<T>): MaybePromise<T> {
    this.#underWay.add(tier);
    return this.hold(() => finish(work, () => this.#underWay.delete(tier)));
  }

  #giveUp(reason: unknown): void {
    for (const tier of this.#underWay) (tier as OrderedTier).giveUp(this.#key, reason, this.#value);
  }
}

/** Removes a key from a tier. Never fails: a tier reports its failure itself. */
export function removeFrom(tier: Tier, key: KeyLike, context: CacheContext | undefined): MaybePromise<void> {
  try {
    const removed = tier.delete(key, context);
    return isPromise(removed) ? removed.then(ignore, ignore) : undefined;
  } catch {
    return undefined;
  }
}

function ignore(): undefined {
  return undefined;
}
