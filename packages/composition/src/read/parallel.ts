import { type CacheValue, chain, type MaybePromise } from "@hitbox/core";
import { bothFailed } from "../both-failed.ts";
import { answerFrom, forkContext } from "../fork-context.ts";
import { both, type Settled, settle } from "../settle.ts";
import type { ReadPolicy } from "../tiers.ts";
import { mayHoldNothing } from "./may-hold-nothing.ts";

/**
 * Both tiers at once, and both are waited for: of two hits the one that lives longer is the answer, L1's where they
 * live equally long. For tiers that are written separately, where the second may know better.
 */
export function parallel(): ReadPolicy {
  return PARALLEL;
}

const PARALLEL: ReadPolicy = Object.freeze<ReadPolicy>({
  name: "parallel",
  read<T>(...[tiers, key, context]: Parameters<ReadPolicy["read"]>): MaybePromise<CacheValue<T> | undefined> {
    return tiers.refilling(key, context, (refill) => {
      const contexts = [forkContext(context), forkContext(context)] as const;
      const first = settle(() => tiers.l1.get<T>(key, contexts[0]));
      const second = settle(() => tiers.l2.get<T>(key, contexts[1]));
      return both(first, second, (l1, l2) => {
        const answer = choose(l1, l2);
        if (answer !== "neither") answerFrom(context, contexts[answer === "L1" ? 0 : 1]);
        if (answer === "L1") return liveValue(l1);
        const value = liveValue(l2);
        if (answer === "L2" && value) return isFree(l1, value) ? chain(refill(value), () => value) : value;
        if (!l2.ok) throw l1.ok ? l2.error : bothFailed(tiers.label, l1.error, l2.error);
        return undefined;
      });
    });
  },
});

/** Whether L1 has nothing newer to lose. */
function isFree(l1: Read, value: CacheValue<unknown>): boolean {
  if (!l1.ok) return mayHoldNothing(l1.error);
  return l1.value === undefined || l1.value.createdAt < value.createdAt;
}

type Read = Settled<CacheValue<unknown> | undefined>;

function choose(l1: Read, l2: Read): "L1" | "L2" | "neither" {
  const [one, two] = [liveValue(l1), liveValue(l2)];
  if (one && two) return end(two) > end(one) ? "L2" : "L1";
  return one ? "L1" : two ? "L2" : "neither";
}

function liveValue<T>(read: Settled<CacheValue<T> | undefined>): CacheValue<T> | undefined {
  return read.ok ? read.value : undefined;
}

function end({ expiresAt }: CacheValue<unknown>): number {
  return expiresAt ?? Number.POSITIVE_INFINITY;
}
