import type { MaybePromise } from "@hitbox/core";
import { bothFailed } from "../both-failed.ts";
import { type Settled, settle } from "../settle.ts";
import type { Tiers, TierWrite } from "../tiers.ts";
import { isRefusal } from "./refusal.ts";

/** Starts both tiers' writes. */
export function startBoth(
  tiers: Tiers,
  write: TierWrite,
): { readonly first: MaybePromise<Settled<void>>; readonly second: MaybePromise<Settled<void>> } {
  return { first: settle(() => write.to(tiers.l1)), second: settle(() => write.to(tiers.l2)) };
}

/**
 * When both have ended: one that took the value is enough. The key is removed from an L1 that failed, and
 * from a tier that refused the value: it may hold an older one. A value that no tier takes leaves both as
 * they were.
 */
export function conclude(
  tiers: Tiers,
  write: TierWrite,
  l1: Settled<void>,
  l2: Settled<void>,
): MaybePromise<void> {
  if (isRefusal(l1) && isRefusal(l2)) throw l2.error;
  if (!l1.ok && !l2.ok) throw bothFailed(tiers.label, l1.error, l2.error);
  if (isRefusal(l2)) return write.undo(tiers.l2);
  return l1.ok ? undefined : write.undo(tiers.l1);
}
