import {
  BackendError,
  type CacheContext,
  type CacheValue,
  chain,
  checkCacheValue,
  type DeleteStatus,
  freshness,
  handOver,
  isPromise,
  type KeyLike,
  type MaybePromise,
  recover,
  serializeOnce,
} from "@hitbox/core";
import { type Composed, checkOpen, type OwnTiers } from "./composed.ts";
import type { ReadInProgress } from "./key-activity.ts";
import { never } from "./refill/never.ts";
import { textOf } from "./text-of.ts";
import { tierWrite } from "./tier-write.ts";
import type { Refill } from "./tiers.ts";

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
    if (context?.readMode === "refill") return setRefill(tiers, key, once, context);
    // L1 never outlives L2.
    const kept = tiers.l2.backend.capExpiry(once);
    if (tiers.l1.isAside) return tiers.l2.set(key, kept, context);
    return composed.write.write(tiers, tierWrite(composed.offload, key, kept, context, progress));
  });
}

/** L2 decides; L1 has the value only where L2 took it, and no older one where L2 failed: it may have taken it, late. */
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
    const write = tierWrite(composed.offload, key, kept, context, progress);
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

export function refillingIn<T>(
  composed: Composed,
  tiers: OwnTiers,
  key: KeyLike,
  context: CacheContext | undefined,
  read: (refill: Refill) => MaybePromise<T>,
): MaybePromise<T> {
  // Nothing is noted for what will not be done.
  if (composed.refill === never()) return read(ignore);
  return composed.activity.reading(textOf(key), (progress) => {
    return read((value, known) => {
      let sent = value;
      const set = (given: CacheValue<unknown>): MaybePromise<void> => {
        sent = given;
        return tiers.l1.set(key, given, direct(context));
      };
      const fill = (put: () => MaybePromise<void>): MaybePromise<void> => {
        if (!isRefillable(composed, tiers, key, value, progress)) return undefined;
        return recover(() => (composed.refill.refill(value, key) ? put() : undefined), ignore);
      };
      const filled = progress.part(() =>
        known
          ? known().then((free) => (free ? fill(() => set(value)) : undefined), ignore)
          : fill(() => handOver(value, set)),
      );
      if (isPromise(filled)) inBackground(composed, filled, (reason) => tiers.l1.giveUp(key, reason, sent));
    });
  });
}

/** Not where it could put an older value over a newer one, nor where the value is not fresh. */
function isRefillable(
  { now }: Composed,
  { l2 }: OwnTiers,
  key: KeyLike,
  value: CacheValue<unknown>,
  progress: ReadInProgress,
): boolean {
  return progress.undisturbed() && !l2.mayBeOutdated(key, value) && freshness(value, now()) === "fresh";
}

/** Nobody waits for a refill, but a close: and not even that where the offload has no room. */
function inBackground({ offload }: Composed, refill: Promise<void>, giveUp: (reason: unknown) => void): void {
  const run = (signal: AbortSignal): Promise<void> => {
    signal.addEventListener("abort", () => giveUp(signal.reason), { once: true });
    return refill;
  };
  offload.register({ kind: "refill", run });
}

/** The value came from this composition: its first tier takes it, and those of L2 above the one that answered. */
function setRefill<T>(
  { l1, l2 }: OwnTiers,
  key: KeyLike,
  value: CacheValue<T>,
  context: CacheContext,
): MaybePromise<void> {
  return chain(l1.set(key, value, direct(context)), () => l2.backend.set(key, value, context));
}

/** The same context, for a write that is not itself a refill. */
function direct(context: CacheContext | undefined): CacheContext | undefined {
  return context && { ...context, readMode: "direct" };
}

function ignore(): undefined {
  return undefined;
}
