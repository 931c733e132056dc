import { type CacheValue, chain, type KeyLike, type MaybePromise } from "@hitbox/core";
import { mayHoldNothing } from "../read/may-hold-nothing.ts";
import { type Settled, settle } from "../settle.ts";
import type { ReadTiers, Refill } from "../tiers.ts";

/** Offers L1 an entry of L2 if L1's own is older, and resolves with the entry. */
export function offerNewer<T>(
  tiers: ReadTiers,
  key: KeyLike,
  refill: Refill,
  entry: CacheValue<T> | undefined,
): MaybePromise<CacheValue<T> | undefined> {
  if (entry === undefined) return undefined;
  return chain(
    settle(() => tiers.l1.get(key)),
    (l1) => (isOlder(l1, entry) ? chain(refill.offer(entry), () => entry) : entry),
  );
}

function isOlder(l1: Settled<CacheValue<unknown> | undefined>, { createdAt }: CacheValue<unknown>): boolean {
  if (!l1.ok) return mayHoldNothing(l1.error);
  return l1.value === undefined || l1.value.createdAt < createdAt;
}
