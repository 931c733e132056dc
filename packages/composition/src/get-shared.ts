import { type CacheContext, type CacheValue, chain, type KeyLike, type MaybePromise } from "@hitbox/core";
import type { OwnTiers } from "./composed.ts";
import { mayHoldNothing } from "./read/may-hold-nothing.ts";
import { both, type Settled, settle } from "./settle.ts";
import type { ReadTiers } from "./tiers.ts";

/** Reads L2, whose word all processes share, and offers L1 an entry that is newer than L1's own. */
export function getSharedIn<T>(
  tiers: ReadTiers & OwnTiers,
  key: KeyLike,
  context: CacheContext | undefined,
): MaybePromise<CacheValue<T> | undefined> {
  return tiers.refilling(key, context, (refill) => {
    const near = settle(() => tiers.l1.get<T>(key));
    const far = settle(() => tiers.l2.getShared<T>(key, context));
    return both(near, far, (l1, l2) => {
      if (!l2.ok) throw l2.error;
      const found = l2.value;
      return found && isOlder(l1, found) ? chain(refill(found), () => found) : found;
    });
  });
}

function isOlder(l1: Settled<CacheValue<unknown> | undefined>, { createdAt }: CacheValue<unknown>): boolean {
  if (!l1.ok) return mayHoldNothing(l1.error);
  return l1.value === undefined || l1.value.createdAt < createdAt;
}
