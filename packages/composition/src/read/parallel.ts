import type { CacheValue, MaybePromise } from "@hitbox/core";
import { bothFailed } from "../both-failed.ts";
import { finish } from "../finish.ts";
import { answerFrom, forkContext } from "../fork-context.ts";
import { both, type Settled, settle } from "../settle.ts";
import type { ReadPolicy } from "../tiers.ts";
import { isNewer, isStale, newerOf } from "./entries.ts";
import { mayHoldNothing } from "./may-hold-nothing.ts";

/**
 * Asks both tiers at once, and waits for both. A fresh entry is better than a stale one. If both are fresh,
 * the longer-lived answers, L1's if they live equally long. If both are stale, the newer answers. Use it for
 * tiers that are written separately, if the second may have the better value.
 */
export function parallel(): ReadPolicy {
  return PARALLEL;
}

const PARALLEL: ReadPolicy = Object.freeze<ReadPolicy>({
  name: "parallel",
  read<T>(...[tiers, key, context]: Parameters<ReadPolicy["read"]>): MaybePromise<CacheValue<T> | undefined> {
    const refill = tiers.beginRefill(key, context);
    const contexts = [forkContext(context), forkContext(context)] as const;
    const decide = (l1: Read<T>, l2: Read<T>): MaybePromise<CacheValue<T> | undefined> => {
      const [one, two] = [entryOf(l1), entryOf(l2)];
      const best = better(one, two, (entry) => isStale(entry, tiers.now));
      if (best) answerFrom(context, contexts[best === one ? 0 : 1]);
      if (best && best === two && isFree(l1, best)) refill.offer(best);
      if (best) return best;
      if (!l2.ok) throw l1.ok ? l2.error : bothFailed(tiers.label, l1.error, l2.error);
      return undefined;
    };
    return finish(
      () => {
        const first = settle(() => tiers.l1.get<T>(key, contexts[0]));
        const second = settle(() => tiers.l2.get<T>(key, contexts[1]));
        return both(first, second, decide);
      },
      () => refill.end(),
    );
  },
});

type Read<T> = Settled<CacheValue<T> | undefined>;

/** True if L1 has nothing newer to lose. */
function isFree(l1: Read<unknown>, value: CacheValue<unknown>): boolean {
  if (!l1.ok) return mayHoldNothing(l1.error);
  return l1.value === undefined || isNewer(value, l1.value);
}

function better<T>(
  one: CacheValue<T> | undefined,
  two: CacheValue<T> | undefined,
  isOld: (entry: CacheValue<T>) => boolean,
): CacheValue<T> | undefined {
  if (!one || !two) return one ?? two;
  const [isOneOld, isTwoOld] = [isOld(one), isOld(two)];
  if (isOneOld !== isTwoOld) return isOneOld ? two : one;
  if (isOneOld) return newerOf(two, one);
  return end(two) > end(one) ? two : one;
}

function entryOf<T>(read: Read<T>): CacheValue<T> | undefined {
  return read.ok ? read.value : undefined;
}

function end({ expiresAt }: CacheValue<unknown>): number {
  return expiresAt ?? Number.POSITIVE_INFINITY;
}
