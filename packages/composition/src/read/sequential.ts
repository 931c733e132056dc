import {
  BackendError,
  type CacheContext,
  type CacheValue,
  type KeyLike,
  type MaybePromise,
} from "@hitbox/core";
import { bothFailed } from "../both-failed.ts";
import type { ReadPolicy, ReadTiers, Refill } from "../tiers.ts";
import { isStale, newerOf } from "./entries.ts";
import { mayHoldNothing } from "./may-hold-nothing.ts";

/**
 * L1 first; L2 if L1 misses, fails, or has a stale entry. The default.
 *
 * A miss of L2 is a miss even if L1 failed, and only two failures are a failure. A stale entry of L1 is a
 * spare: it answers if L2 has nothing newer.
 */
export function sequential(): ReadPolicy {
  return SEQUENTIAL;
}

const SEQUENTIAL: ReadPolicy = Object.freeze<ReadPolicy>({
  name: "sequential",
  // Written out, without closures: an L1 hit passes through here.
  read<T>(tiers: ReadTiers, key: KeyLike, context?: CacheContext): MaybePromise<CacheValue<T> | undefined> {
    let first: MaybePromise<CacheValue<T> | undefined>;
    try {
      first = tiers.l1.get<T>(key, context);
    } catch (error) {
      return new SecondRead<T>(tiers, key, context, undefined, error).run();
    }
    if (first === undefined) return new SecondRead<T>(tiers, key, context, undefined, undefined).run();
    // As `isPromise` does it, but with this place's own type feedback: a hit is always the same few shapes
    // here.
    if (typeof (first as Partial<Promise<unknown>>).then === "function")
      return readLater<T>(tiers, key, context, first as Promise<CacheValue<T> | undefined>);
    const found = first as CacheValue<T>;
    if (!isStale(found, tiers.now)) return found;
    return new SecondRead<T>(tiers, key, context, found, undefined).run();
  },
});

function readLater<T>(
  tiers: ReadTiers,
  key: KeyLike,
  context: CacheContext | undefined,
  first: Promise<CacheValue<T> | undefined>,
): Promise<CacheValue<T> | undefined> {
  const second = (
    spare: CacheValue<T> | undefined,
    error: unknown,
  ): MaybePromise<CacheValue<T> | undefined> => new SecondRead<T>(tiers, key, context, spare, error).run();
  return first.then(
    (value) => (value && !isStale(value, tiers.now) ? value : second(value, undefined)),
    (error: unknown) => second(undefined, error),
  );
}

/** The read of L2 after L1 gave no fresh entry. */
class SecondRead<T> {
  readonly #tiers: ReadTiers;
  readonly #key: KeyLike;
  readonly #context: CacheContext | undefined;
  /** The stale entry of L1. */
  readonly #spare: CacheValue<T> | undefined;
  readonly #firstError: BackendError | undefined;
  readonly #refill: Refill;
  /** L1's path, if the spare came from there. */
  readonly #spareSource: string | undefined;

  constructor(
    tiers: ReadTiers,
    key: KeyLike,
    context: CacheContext | undefined,
    spare: CacheValue<T> | undefined,
    firstError: unknown,
  ) {
    // No failure of the tier but a mistake of the caller, which L2 would only repeat.
    if (firstError !== undefined && !BackendError.is(firstError)) throw firstError;
    this.#tiers = tiers;
    this.#key = key;
    this.#context = context;
    this.#spare = spare;
    this.#firstError = firstError;
    this.#spareSource = spare && context?.source;
    this.#refill = tiers.beginRefill(key, context);
  }

  run(): MaybePromise<CacheValue<T> | undefined> {
    let second: MaybePromise<CacheValue<T> | undefined>;
    try {
      second = this.#tiers.l2.get<T>(this.#key, this.#context);
      if (second === undefined || !("then" in second)) return this.#answer(second);
    } catch (error) {
      return this.#fail(error);
    }
    return second.then(
      (found) => this.#answer(found),
      (error: unknown) => this.#fail(error),
    );
  }

  /** An offer comes before the answer: L1 may keep the very data, which is then frozen. */
  #answer(found: CacheValue<T> | undefined): CacheValue<T> | undefined {
    const isNewest = found !== undefined && newerOf(found, this.#spare) === found;
    if (isNewest && mayHoldNothing(this.#firstError)) this.#refill.offer(found);
    this.#refill.end();
    return isNewest || this.#spare === undefined ? found : this.#answerWithSpare();
  }

  #answerWithSpare(): CacheValue<T> | undefined {
    const context = this.#context;
    if (context && this.#spareSource !== undefined) context.source = this.#spareSource;
    return this.#spare;
  }

  #fail(error: unknown): CacheValue<T> | undefined {
    this.#refill.end();
    if (this.#spare && BackendError.is(error)) return this.#answerWithSpare();
    if (this.#firstError === undefined || !BackendError.is(error)) throw error;
    throw bothFailed(this.#tiers.label, this.#firstError, error);
  }
}
