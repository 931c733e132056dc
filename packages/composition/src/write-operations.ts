import {
  BackendError,
  type CacheContext,
  type CacheValue,
  chain,
  checkCacheValue,
  type DeleteStatus,
  type KeyLike,
  type MaybePromise,
  recover,
  serializeOnce,
} from "@hitbox/core";
import { type Composed, checkOpen, type OwnTiers } from "./composed.ts";
import { tierWrite } from "./order/tier-write.ts";
import { refillContext } from "./refill/refill-context.ts";
import { textOf } from "./text-of.ts";

// What a composition does, in the tiers of one view of it: its own, or those of a batch.

export function setIn<T>(
  composed: Composed,
  tiers: OwnTiers,
  key: KeyLike,
  value: CacheValue<T>,
  context: CacheContext | undefined,
): MaybePromise<void> {
  checkOpen(composed, tiers.label);
  const once = serializeOnce(checkCacheValue(value));
  return composed.activity.setting(textOf(key), (progress) => {
    if (context?.readMode === "refill") return setRefill(composed, tiers, key, once, context);
    // L1 never outlives L2.
    const kept = tiers.l2.backend.capExpiry(once);
    if (tiers.l1.isAside) return tiers.l2.set(key, kept, context);
    return composed.write.write(tiers, tierWrite(composed.offload, tiers.l1, key, kept, context, progress));
  });
}

/**
 * L2 decides; L1 has the value only where L2 took it, and no older one where L2 failed: it may have taken it,
 * late.
 */
export function setFencedIn<T>(
  composed: Composed,
  tiers: OwnTiers,
  key: KeyLike,
  value: CacheValue<T>,
  fence: string,
  context: CacheContext | undefined,
): MaybePromise<boolean> {
  checkOpen(composed, tiers.label);
  const once = serializeOnce(checkCacheValue(value));
  return composed.activity.fencing(textOf(key), (progress) => {
    const kept = tiers.l2.backend.capExpiry(once);
    const write = tierWrite(composed.offload, tiers.l1, key, kept, context, progress);
    const fail = (error: unknown): MaybePromise<never> => {
      const undone = isFailure(error) ? write.undo(tiers.l1) : undefined;
      return chain(undone, () => {
        throw error;
      });
    };
    const taken = recover(() => tiers.l2.setFenced(key, kept, fence, context), fail);
    return chain(taken, (stored = false) => {
      if (!stored || !progress.isNewest()) return stored;
      const written = recover(
        () => write(tiers.l1),
        () => write.undo(tiers.l1),
      );
      return chain(written, () => true);
    });
  });
}

/** Of the tier, and none of the caller's mistakes. */
function isFailure(error: unknown): boolean {
  return BackendError.is(error) && error.code !== "unsupported";
}

export function deleteIn(
  composed: Composed,
  tiers: OwnTiers,
  key: KeyLike,
  context: CacheContext | undefined,
): MaybePromise<DeleteStatus> {
  checkOpen(composed, tiers.label);
  return composed.activity.deleting(textOf(key), () =>
    tiers.l1.isAside ? tiers.l2.delete(key, context) : composed.remove.delete(tiers, key, context),
  );
}

/**
 * A value that came from this composition: L1 takes it if the refill policy says so, and the tiers of L2 that
 * are above the one that answered.
 */
function setRefill<T>(
  { refill }: Composed,
  { l1, l2 }: OwnTiers,
  key: KeyLike,
  value: CacheValue<T>,
  context: CacheContext,
): MaybePromise<void> {
  const isWanted = refill.refill(value, key);
  const first = isWanted ? l1.set(key, value, refillContext(context)) : undefined;
  return chain(first, () => l2.backend.set(key, value, context));
}
