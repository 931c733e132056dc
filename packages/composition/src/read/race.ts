import { type CacheValue, isPromise, type MaybePromise } from "@hitbox/core";
import { checkLoser, type LoserOptions } from "../loser.ts";
import { Contest } from "../read/contest.ts";
import type { ReadPolicy } from "../tiers.ts";

/**
 * Both tiers at once; the first hit is the answer. After a first miss or error the other is waited for. For two stores
 * of about the same speed, where the slow tail of each is to be cut.
 *
 * An L1 that answers synchronously with a hit has won before L2 is asked.
 *
 * @throws TypeError for a wrong option.
 */
export function race(options: LoserOptions = {}): ReadPolicy {
  const loser = checkLoser("race", options);
  return Object.freeze<ReadPolicy>({
    name: "race",
    read<T>(
      ...[tiers, key, context]: Parameters<ReadPolicy["read"]>
    ): MaybePromise<CacheValue<T> | undefined> {
      const contest = new Contest<T>(tiers, key, context, loser);
      const first = contest.startL1();
      if (!isPromise(first) && first.ok && first.value !== undefined)
        return contest.answerWithL1(first.value);
      return contest.run(first, undefined);
    },
  });
}
