import type { CacheValue, KeyLike } from "@hitbox/core";
import type { OwnTiers } from "../composed.ts";
import { isNewer } from "../read/entries.ts";
import { mayHoldNothing } from "../read/may-hold-nothing.ts";
import { type Settled, settle } from "../settle.ts";
import type { Refill } from "../tiers.ts";

/** Offers L1 an entry of L2 if L1's own is older. */
export async function offerNewer(
  tiers: OwnTiers,
  key: KeyLike,
  refill: Refill,
  entry: CacheValue<unknown>,
): Promise<void> {
  if (await isNews(tiers, key, entry)) refill.offer(entry);
}

/** True if L1 has an older entry than this one of L2, or none. */
export async function isNews(
  { refills: l1 }: OwnTiers,
  key: KeyLike,
  entry: CacheValue<unknown>,
): Promise<boolean> {
  return isOlder(await settle(() => l1.get(key)), entry);
}

function isOlder(l1: Settled<CacheValue<unknown> | undefined>, entry: CacheValue<unknown>): boolean {
  if (!l1.ok) return mayHoldNothing(l1.error);
  return l1.value === undefined || isNewer(entry, l1.value);
}
