import {
  BackendError,
  type CacheContext,
  type CacheValue,
  isUnreadable,
  type KeyLike,
  type MaybePromise,
} from "@hitbox/core";
import { bothFailed } from "../both-failed.ts";
import type { ReadPolicy, ReadTiers } from "../tiers.ts";
import { isNewer, isStale } from "./entries.ts";

/**
 * Asks L1 first, and L2 if L1 misses, fails, or has a stale entry. The default.
 *
 * A miss of L2 is a miss even if L1 failed. Only two failures are a failure. A stale entry of L1 is a spare:
 * it answers if L2 has nothing newer.
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
      return readSecond<T>(tiers, key, context, undefined, error);
    }
    if (first === undefined) return readSecond<T>(tiers, key, context, undefined, undefined);
    // As `isPromise` does it, but with this place's own type feedback: a hit is always the same few shapes
    // here.
    if (typeof (first as Partial<Promise<unknown>>).then === "function")
      return readLater<T>(tiers, key, context, first as Promise<CacheValue<T> | undefined>);
    const found = first as CacheValue<T>;
    if (!isStale(found, tiers.now)) return found;
    return readSecond<T>(tiers, key, context, found, undefined);
  },
});

function readLater<T>(
  tiers: ReadTiers,
  key: KeyLike,
  context: CacheContext | undefined,
  first: Promise<CacheValue<T> | undefined>,
): Promise<CacheValue<T> | undefined> {
  return first.then(
    (value) =>
      value && !isStale(value, tiers.now) ? value : readSecond<T>(tiers, key, context, value, undefined),
    (error: unknown) => readSecond<T>(tiers, key, context, undefined, error),
  );
}

/** Reads L2 after L1 gave no fresh entry. `spare` is the stale entry of L1. */
function readSecond<T>(
  tiers: ReadTiers,
  key: KeyLike,
  context: CacheContext | undefined,
  spare: CacheValue<T> | undefined,
  firstError: unknown,
): MaybePromise<CacheValue<T> | undefined> {
  // No failure of the tier but a mistake of the caller, which L2 would only repeat.
  if (firstError !== undefined && !BackendError.is(firstError)) throw firstError;
  const source = spare && context?.source;
  const refill = tiers.beginRefill(key, context);
  const answer = (found: CacheValue<T> | undefined): CacheValue<T> | undefined => {
    const isNewest = found !== undefined && (spare === undefined || isNewer(found, spare));
    // Before the answer: L1 may keep the very data, which is then frozen.
    if (isNewest && (firstError === undefined || isUnreadable(firstError))) refill.offer(found);
    refill.end();
    return isNewest || spare === undefined ? found : withSource(spare, source, context);
  };
  const fail = (error: unknown): CacheValue<T> | undefined => {
    refill.end();
    if (spare && BackendError.is(error)) return withSource(spare, source, context);
    if (firstError === undefined || !BackendError.is(error)) throw error;
    throw bothFailed(tiers.label, firstError, error);
  };
  let second: MaybePromise<CacheValue<T> | undefined>;
  try {
    second = tiers.l2.get<T>(key, context);
  } catch (error) {
    return fail(error);
  }
  return second !== undefined && "then" in second ? second.then(answer, fail) : answer(second);
}

/** Answers with L1's entry, which came from there. */
function withSource<T>(
  spare: CacheValue<T>,
  source: string | undefined,
  context: CacheContext | undefined,
): CacheValue<T> {
  if (context && source !== undefined) context.source = source;
  return spare;
}
