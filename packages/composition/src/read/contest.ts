import {
  type CacheContext,
  type CacheValue,
  chain,
  isPromise,
  type KeyLike,
  type MaybePromise,
} from "@hitbox/core";
import { bothFailed } from "../both-failed.ts";
import { answerFrom, forkContext } from "../fork-context.ts";
import { type Settled, settle } from "../settle.ts";
import type { ReadTiers, Refill } from "../tiers.ts";
import { mayHoldNothing } from "./may-hold-nothing.ts";

type Read<T> = Settled<CacheValue<T> | undefined>;

/** Two tiers asked at once for one key: the first hit answers, and what does not answer is waited for only without one. */
export class Contest<T> {
  readonly #tiers: ReadTiers;
  readonly #key: KeyLike;
  readonly #context: CacheContext | undefined;
  readonly #loser: "offload" | "drop";
  readonly #l1: CacheContext | undefined;
  readonly #l2: CacheContext | undefined;

  constructor(tiers: ReadTiers, key: KeyLike, context: CacheContext | undefined, loser: "offload" | "drop") {
    this.#tiers = tiers;
    this.#key = key;
    this.#context = context;
    this.#loser = loser;
    this.#l1 = forkContext(context);
    this.#l2 = forkContext(context);
  }

  startL1(): MaybePromise<Read<T>> {
    return settle(() => this.#tiers.l1.get<T>(this.#key, this.#l1));
  }

  answerWithL1(value: CacheValue<T>): CacheValue<T> {
    answerFrom(this.#context, this.#l1);
    return value;
  }

  /** Asks L2, at once or when `startL2` says so, and decides. */
  run(
    first: MaybePromise<Read<T>>,
    startL2: Promise<unknown> | undefined,
  ): MaybePromise<CacheValue<T> | undefined> {
    return this.#tiers.refilling(this.#key, this.#context, (refill) => {
      const ask = (): MaybePromise<Read<T>> => settle(() => this.#tiers.l2.get<T>(this.#key, this.#l2));
      const second = startL2 ? startL2.then(ask) : ask();
      if (!isPromise(first) && !isPromise(second)) return this.#decide(first, second, refill);
      return this.#firstHit(Promise.resolve(first), Promise.resolve(second), refill);
    });
  }

  async #firstHit(
    first: Promise<Read<T>>,
    second: Promise<Read<T>>,
    refill: Refill,
  ): Promise<CacheValue<T> | undefined> {
    const winner = await Promise.race([first, second]);
    if (!winner.ok || winner.value === undefined) return this.#decide(await first, await second, refill);
    const fromL1 = (await Promise.race([first, undefined])) === winner;
    this.#leave(fromL1 ? second : first);
    if (fromL1) return this.answerWithL1(winner.value);
    // What L1 holds is not known before it has answered; where nobody waits for that, it is not refilled.
    const later: Refill = (value) => refill(value, () => first.then(isFree));
    return this.#answerWithL2(winner.value, this.#loser === "drop" ? skip : later);
  }

  /** Both have ended: what they say between them. */
  #decide(l1: Read<T>, l2: Read<T>, refill: Refill): MaybePromise<CacheValue<T> | undefined> {
    if (l1.ok && l1.value !== undefined) return this.answerWithL1(l1.value);
    if (!l2.ok) throw l1.ok ? l2.error : bothFailed(this.#tiers.label, l1.error, l2.error);
    if (l2.value === undefined) return undefined;
    return this.#answerWithL2(l2.value, isFree(l1) ? refill : skip);
  }

  #answerWithL2(value: CacheValue<T>, refill: Refill): MaybePromise<CacheValue<T>> {
    answerFrom(this.#context, this.#l2);
    return chain(refill(value), () => value);
  }

  #leave(loser: Promise<unknown>): void {
    if (this.#loser === "offload") this.#tiers.offload.register({ kind: "read", run: () => loser });
  }
}

function isFree(l1: Settled<unknown>): boolean {
  return l1.ok ? l1.value === undefined : mayHoldNothing(l1.error);
}

function skip(): void {}
