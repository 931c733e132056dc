import { chain, isPromise, type MaybePromise } from "@hitbox/core";
import { bothFailed } from "../both-failed.ts";
import { type Settled, settle } from "../settle.ts";
import type { Tiers, TierWrite } from "../tiers.ts";
import { isRefusal } from "./refusal.ts";

/** Starts both tiers' writes. A value that L2 refuses at once throws, and then neither tier is touched. */
export function startBoth(
  tiers: Tiers,
  write: TierWrite,
): { readonly first: MaybePromise<Settled<void>>; readonly second: MaybePromise<Settled<void>> } {
  const second = settle(() => write.to(tiers.l2));
  if (!isPromise(second) && isRefusal(second)) throw second.error;
  return { first: settle(() => write.to(tiers.l1)), second };
}

/** When both have ended: one that took the value is enough, and a tier that may hold an older one is cleared of it. */
export function conclude(
  tiers: Tiers,
  write: TierWrite,
  l1: Settled<void>,
  l2: Settled<void>,
): MaybePromise<void> {
  if (!l1.ok && !l2.ok) throw bothFailed(tiers.label, l1.error, l2.error);
  if (isRefusal(l2)) {
    return chain(write.undo(tiers.l1), () => {
      throw l2.error;
    });
  }
  return l1.ok ? undefined : write.undo(tiers.l1);
}
