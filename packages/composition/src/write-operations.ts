import {
  BackendError,
  type CacheContext,
  type CacheValue,
  chain,
  type DeleteStatus,
  type KeyLike,
  type MaybePromise,
  serializeOnce,
} from "@hitbox/core";
import type { Composed, OwnTiers } from "./composed.ts";
import { finish } from "./finish.ts";
import { SetInProgress } from "./order/set-in-progress.ts";
import { OrderedWrite, removeFrom } from "./order/tier-write.ts";
import { refillContext } from "./refill/refill-context.ts";

// The writes of a composition, in the tiers of one view of it: its own, or those of a batch.

export function setIn<T>(
  composed: Composed,
  tiers: OwnTiers,
  key: KeyLike,
  value: CacheValue<T>,
  context: CacheContext | undefined,
): MaybePromise<void> {
  const { activity } = composed;
  const once = serializeOnce(value);
  const active = activity.beginSet(key);
  const set = (): MaybePromise<void> => {
    if (context?.readMode === "refill") return setRefill(composed, tiers, key, once, context);
    // L1 never outlives L2.
    const capped = tiers.l2.backend.capExpiry(once);
    if (tiers.l1.isAside) return tiers.l2.set(key, capped, context);
    return composed.write.write(tiers, new OrderedWrite(composed, tiers, key, active, capped, context));
  };
  return finish(set, () => activity.endWrite(active));
}

/**
 * L2 decides. L1 has the value only if L2 took it. If L2 failed, L1 has no older value either: L2 may have
 * taken the value, late.
 */
export async function setFencedIn<T>(
  { activity }: Composed,
  { l1, l2 }: OwnTiers,
  key: KeyLike,
  value: CacheValue<T>,
  fence: string,
  context: CacheContext | undefined,
): Promise<boolean> {
  const capped = l2.backend.capExpiry(serializeOnce(value));
  const active = activity.beginFencedSet(key);
  const progress = new SetInProgress(active);
  let isSet: boolean | undefined;
  try {
    isSet = await l2.setFenced(key, capped, fence, context);
    if (isSet && progress.isNewest() && !progress.isDisturbed()) await l1.set(key, capped, context);
  } catch (error) {
    if ((isSet || isFailure(error)) && progress.isNewest()) await removeFrom(l1, key, context);
    if (!isSet) throw error;
  } finally {
    activity.endWrite(active);
  }
  return isSet === true;
}

/** True for a failure of a tier, false for a mistake of the caller. */
function isFailure(error: unknown): boolean {
  return BackendError.is(error) && error.code !== "unsupported";
}

export function deleteIn(
  { activity, remove }: Composed,
  tiers: OwnTiers,
  key: KeyLike,
  context: CacheContext | undefined,
): MaybePromise<DeleteStatus> {
  const active = activity.beginDelete(key);
  return finish(
    () => (tiers.l1.isAside ? tiers.l2.delete(key, context) : remove.delete(tiers, key, context)),
    () => activity.endWrite(active),
  );
}

/**
 * A value that came from this composition: L1 takes it if the refill policy says so, and the tiers of L2 that
 * are above the one that answered.
 */
function setRefill<T>(
  { refill }: Composed,
  { l2, refills }: OwnTiers,
  key: KeyLike,
  value: CacheValue<T>,
  context: CacheContext,
): MaybePromise<void> {
  const isWanted = refill.refill(value, key);
  const first = isWanted ? refills.set(key, value, refillContext(context)) : undefined;
  return chain(first, () => l2.backend.set(key, value, context));
}
