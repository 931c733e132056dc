import {
  type CacheContext,
  type CacheValue,
  freshness,
  handOver,
  isPromise,
  type KeyLike,
  type MaybePromise,
  recover,
} from "@hitbox/core";
import type { Composed, OwnTiers } from "../composed.ts";
import type { ReadInProgress } from "../order/key-activity.ts";
import { textOf } from "../text-of.ts";
import type { Refill } from "../tiers.ts";
import { refillContext } from "./refill-context.ts";

/** One read of L2, from its beginning until its answer is decided, with the means to give L1 that answer. */
export class L2Read implements Refill {
  readonly #composed: Composed;
  readonly #tiers: OwnTiers;
  readonly #key: KeyLike;
  readonly #context: CacheContext | undefined;
  readonly #progress: ReadInProgress;

  constructor(composed: Composed, tiers: OwnTiers, key: KeyLike, context: CacheContext | undefined) {
    this.#composed = composed;
    this.#tiers = tiers;
    this.#key = key;
    this.#context = context;
    this.#progress = composed.activity.beginRead(textOf(key));
  }

  offer(value: CacheValue<unknown>, known?: () => Promise<boolean>): MaybePromise<void> {
    let sent = value;
    const set = (given: CacheValue<unknown>): MaybePromise<void> => {
      sent = given;
      return this.#tiers.l1.set(this.#key, given, refillContext(this.#context));
    };
    const filled = this.#progress.part(() =>
      known
        ? known().then((free) => (free ? this.#fill(value, () => set(value)) : undefined), ignore)
        : this.#fill(value, () => handOver(value, set)),
    );
    if (isPromise(filled)) this.#leave(filled, (reason) => this.#tiers.l1.giveUp(this.#key, reason, sent));
  }

  end(): void {
    this.#progress.end();
  }

  #fill(value: CacheValue<unknown>, put: () => MaybePromise<void>): MaybePromise<void> {
    if (!this.#isRefillable(value)) return undefined;
    return recover(() => (this.#composed.refill.refill(value, this.#key) ? put() : undefined), ignore);
  }

  /** Not if it could put an older value over a newer one, nor if the value is not fresh. */
  #isRefillable(value: CacheValue<unknown>): boolean {
    const { l2 } = this.#tiers;
    const isNewest = this.#progress.undisturbed() && !l2.mayBeOutdated(this.#key, value);
    return isNewest && freshness(value, this.#composed.now()) === "fresh";
  }

  /** Nobody waits for a refill except a close, and not even a close if the offload has no room. */
  #leave(refill: Promise<void>, giveUp: (reason: unknown) => void): void {
    const run = (signal: AbortSignal): Promise<void> => {
      signal.addEventListener("abort", () => giveUp(signal.reason), { once: true });
      return refill;
    };
    this.#composed.offload.register({ kind: "refill", run });
  }
}

function ignore(): undefined {
  return undefined;
}
