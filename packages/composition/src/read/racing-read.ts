import type { CacheContext, CacheValue, KeyLike, MaybePromise } from "@hitbox/core";
import { isPromise } from "@hitbox/core";
import { bothFailed } from "../both-failed.ts";
import { finish } from "../finish.ts";
import { answerFrom, forkContext } from "../fork-context.ts";
import { type Settled, settle } from "../settle.ts";
import type { ReadTiers, Refill } from "../tiers.ts";
import { isNewer, isStale, newerOf } from "./entries.ts";
import { mayHoldNothing } from "./may-hold-nothing.ts";

type Read<T> = Settled<CacheValue<T> | undefined>;

/**
 * Two tiers asked at once for one key. The first fresh hit answers. Without one, both are waited for; then a
 * fresh entry answers, else the newer of two stale ones.
 */
export class RacingRead<T> {
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

  /** The fresh entry of a read, if it has one. */
  freshHit(read: Read<T>): CacheValue<T> | undefined {
    const value = read.ok ? read.value : undefined;
    return value && !isStale(value, this.#tiers.now) ? value : undefined;
  }

  answerWithL1(value: CacheValue<T>): CacheValue<T> {
    answerFrom(this.#context, this.#l1);
    return value;
  }

  /** Asks L2, at once or when `startL2` resolves, and decides. */
  run(
    first: MaybePromise<Read<T>>,
    startL2: Promise<unknown> | undefined,
  ): MaybePromise<CacheValue<T> | undefined> {
    const refill = this.#tiers.beginRefill(this.#key, this.#context);
    const ask = (): MaybePromise<Read<T>> => settle(() => this.#tiers.l2.get<T>(this.#key, this.#l2));
    const decide = (): MaybePromise<CacheValue<T> | undefined> => {
      const second = startL2 ? startL2.then(ask) : ask();
      if (!isPromise(first) && !isPromise(second)) return this.#decide(first, second, refill);
      return this.#firstFreshHit(Promise.resolve(first), Promise.resolve(second), refill);
    };
    return finish(decide, () => refill.end());
  }

  async #firstFreshHit(
    first: Promise<Read<T>>,
    second: Promise<Read<T>>,
    refill: Refill,
  ): Promise<CacheValue<T> | undefined> {
    const winner = await Promise.race([first, second]);
    const value = this.freshHit(winner);
    if (value === undefined) return this.#decide(await first, await second, refill);
    const isFromL1 = (await Promise.race([first, undefined])) === winner;
    this.#leave(isFromL1 ? second : first);
    if (isFromL1) return this.answerWithL1(value);
    if (this.#loser === "drop") return this.#answerWithL2(value);
    // The entry of L1 is not known before L1 has answered. Without that answer there is no refill.
    refill.offer(value, () => first.then((l1) => isOlder(l1, value)));
    return this.#answerWithL2(value);
  }

  /** Decides when both have ended. */
  #decide(l1: Read<T>, l2: Read<T>, refill: Refill): MaybePromise<CacheValue<T> | undefined> {
    const [one, two] = [l1.ok ? l1.value : undefined, l2.ok ? l2.value : undefined];
    const best = this.freshHit(l1) ?? this.freshHit(l2) ?? newerOf(two, one);
    if (best !== undefined && best === one) return this.answerWithL1(best);
    if (best !== undefined) {
      if (isOlder(l1, best)) refill.offer(best);
      return this.#answerWithL2(best);
    }
    if (!l2.ok) throw l1.ok ? l2.error : bothFailed(this.#tiers.label, l1.error, l2.error);
    return undefined;
  }

  #answerWithL2(value: CacheValue<T>): CacheValue<T> {
    answerFrom(this.#context, this.#l2);
    return value;
  }

  #leave(loser: Promise<unknown>): void {
    if (this.#loser === "offload") this.#tiers.offload.register({ kind: "read", run: () => loser });
  }
}

/** True if L1 is known to hold nothing as new as `value`. */
function isOlder(l1: Settled<CacheValue<unknown> | undefined>, value: CacheValue<unknown>): boolean {
  if (!l1.ok) return mayHoldNothing(l1.error);
  return l1.value === undefined || isNewer(value, l1.value);
}
