import {
  BackendError,
  type CacheContext,
  type CacheValue,
  chain,
  type DeleteStatus,
  isRefusal,
  type KeyLike,
  type MaybePromise,
  serializeOnce,
} from "@hitbox/core";
import type { Composed, OwnTiers } from "./composed.ts";
import { finish } from "./finish.ts";
import { SetInProgress } from "./order/set-in-progress.ts";
import { OrderedWrite, removeFrom } from "./order/tier-write.ts";
import { refillContext } from "./refill/refill-context.ts";
import { settle } from "./settle.ts";

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
    if (tiers.l1.isBypassed) return tiers.l2.set(key, capped, context);
    return composed.write.write(tiers, new OrderedWrite(composed, tiers, key, active, capped, context));
  };
  return finish(set, () => activity.endWrite(active));
}

/**
 * L2 decides. L1 has the value only if L2 took it, or can never hold it. If L2 failed, L1 has no older value
 * either: L2 may have taken the value, late.
 */
export async function setFencedIn<T>(
  { activity }: Composed,
  tiers: OwnTiers,
  key: KeyLike,
  value: CacheValue<T>,
  fence: string,
  context: CacheContext | undefined,
): Promise<boolean> {
  const { l1, l2 } = tiers;
  const capped = l2.backend.capExpiry(serializeOnce(value));
  const active = activity.beginFencedSet(key);
  const progress = new SetInProgress(active);
  let isSet: boolean | undefined;
  try {
    isSet = await l2.setFenced(key, capped, fence, context);
    const inFirst = isSet && progress.isNewestHere() ? l1.set(key, capped, context) : undefined;
    if (inFirst !== undefined) await inFirst;
  } catch (error) {
    if (isSet === undefined && isRefusal(error))
      return await keepInFirst(tiers, key, capped, { fence, progress, context, error });
    if ((isSet || isFailure(error)) && progress.isNewest()) await removeFrom(l1, key, context);
    if (!isSet) throw error;
  } finally {
    activity.endWrite(active);
  }
  return isSet === true;
}

/** A fenced set that L2 has refused. */
interface RefusedSet {
  readonly fence: string;
  readonly progress: SetInProgress;
  readonly context: CacheContext | undefined;
  readonly error: unknown;
}

/**
 * Stores a value in L1 that L2 can never hold, while the fence holds. L2 is left without the key: its older
 * value would be served to others, and here once L1 has dropped its own. Throws the refusal if L1 takes the
 * value neither.
 */
async function keepInFirst(
  { l1, l2 }: OwnTiers,
  key: KeyLike,
  value: CacheValue<unknown>,
  { fence, progress, context, error }: RefusedSet,
): Promise<boolean> {
  const isHeld = async (): Promise<boolean> => (await l2.backend.lease(key, FENCE_LOOK_MS)).fence === fence;
  if (l1.isBypassed) throw error;
  if (!(await isHeld()) || !progress.isNewestHere()) return false;
  const first = await settle(() => l1.set(key, value, context));
  if (!first.ok) {
    await removeFrom(l1, key, context);
    throw error;
  }
  if (progress.isNewest()) await removeFrom(l2, key, context);
  await settle(() => l2.backend.releaseLease(key, fence));
  return true;
}

/** The lease is asked for its fence alone. */
const FENCE_LOOK_MS = 1;

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
    () => (tiers.l1.isBypassed ? tiers.l2.delete(key, context) : remove.delete(tiers, key, context)),
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
