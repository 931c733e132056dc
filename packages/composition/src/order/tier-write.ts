import {
  type CacheContext,
  type CacheValue,
  chain,
  type KeyLike,
  type MaybePromise,
  recover,
} from "@hitbox/core";
import { finish } from "../finish.ts";
import type { Offload } from "../offload/offload.ts";
import type { Tier, TierWrite } from "../tiers.ts";
import type { SetInProgress } from "./key-activity.ts";

/** A tier that can be told to wait no longer. */
interface Patient extends Tier {
  giveUp(key: KeyLike, reason: unknown, value: object): void;
}

/** The write of `value` in the tiers of a composition whose first tier is `l1`. */
export function tierWrite<T>(
  offload: Offload,
  l1: Tier,
  key: KeyLike,
  value: CacheValue<T>,
  context: CacheContext | undefined,
  progress: SetInProgress,
): TierWrite {
  const underWay = new Set<Tier>();
  const within = <R>(tier: Tier, run: () => MaybePromise<R>): MaybePromise<R> => {
    underWay.add(tier);
    return progress.part(() => finish(run, () => underWay.delete(tier)));
  };
  const write = (tier: Tier): MaybePromise<void> => {
    // Others have changed the key meanwhile: L2 may hold their value by now, and L1 must not answer with this
    // one.
    if (tier === l1 && !progress.undisturbed()) return undefined;
    return within(tier, () => tier.set(key, value, context));
  };
  const undo = (tier: Tier): MaybePromise<void> => {
    if (!progress.isNewest()) return undefined;
    return chain(
      within<unknown>(tier, () => recover(() => tier.delete(key, context), ignore)),
      ignore,
    );
  };
  const background = (work: () => MaybePromise<void>): boolean => {
    const run = (signal: AbortSignal): MaybePromise<void> => {
      const giveUp = (): void => {
        for (const tier of underWay) (tier as Patient).giveUp(key, signal.reason, value);
      };
      signal.addEventListener("abort", giveUp, { once: true });
      return progress.part(work);
    };
    return offload.register({ kind: "write", run });
  };
  const { part: hold, superseded } = progress;
  return Object.assign(write, { undo, hold, background, superseded });
}

function ignore(): undefined {
  return undefined;
}
