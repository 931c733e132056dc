import {
  BackendError,
  type CacheContext,
  type CacheValue,
  chain,
  type KeyLike,
  type MaybePromise,
  recover,
} from "@hitbox/core";
import { bothFailed } from "../both-failed.ts";
import type { ReadPolicy, ReadTiers } from "../tiers.ts";
import { mayHoldNothing } from "./may-hold-nothing.ts";

/**
 * L1 first; L2 only where L1 misses or fails. The default.
 *
 * The answer is L2's then: a miss of L2 is a miss even where L1 failed, and only two failures are a failure.
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
      return readSecond<T>(tiers, key, context, error);
    }
    if (first === undefined) return readSecond<T>(tiers, key, context, undefined);
    // As `isPromise` does it, but with this place's own type feedback: a hit is always the same few shapes here.
    if (typeof (first as Partial<Promise<unknown>>).then !== "function") return first;
    return readLater<T>(tiers, key, context, first as Promise<CacheValue<T> | undefined>);
  },
});

function readLater<T>(
  tiers: ReadTiers,
  key: KeyLike,
  context: CacheContext | undefined,
  first: Promise<CacheValue<T> | undefined>,
): Promise<CacheValue<T> | undefined> {
  return first.then(
    (value) => value ?? readSecond<T>(tiers, key, context, undefined),
    (error: unknown) => readSecond<T>(tiers, key, context, error),
  );
}

function readSecond<T>(
  tiers: ReadTiers,
  key: KeyLike,
  context: CacheContext | undefined,
  firstError: unknown,
): MaybePromise<CacheValue<T> | undefined> {
  // Not a failure of the tier but a mistake of the caller, which L2 would only repeat.
  if (firstError !== undefined && !BackendError.is(firstError)) throw firstError;
  return tiers.refilling(key, context, (refill) =>
    chain(readLast<T>(tiers, key, context, firstError), (value) => {
      if (value === undefined || !mayHoldNothing(firstError)) return value;
      return chain(refill(value), () => value);
    }),
  );
}

/** L2; its error names both where L1 has failed too. */
function readLast<T>(
  { label, l2 }: ReadTiers,
  key: KeyLike,
  context: CacheContext | undefined,
  firstError: BackendError | undefined,
): MaybePromise<CacheValue<T> | undefined> {
  if (firstError === undefined) return l2.get<T>(key, context);
  const fail = (error: unknown): never => {
    throw BackendError.is(error) ? bothFailed(label, firstError, error) : error;
  };
  return recover(() => l2.get<T>(key, context), fail);
}
