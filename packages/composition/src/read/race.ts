import { type CacheValue, isPromise, type MaybePromise } from "@hitbox/core";
import { checkLoser, type LoserOptions } from "../loser.ts";
import type { ReadPolicy } from "../tiers.ts";
import { RacingRead } from "./racing-read.ts";

/**
 * Asks both tiers at once; the first fresh hit answers. After a miss, an error or a stale entry it waits for
 * the other. Use it for two stores of about the same speed, to cut the slow tail of each.
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
      const racing = new RacingRead<T>(tiers, key, context, loser);
      const first = racing.startL1();
      const hit = isPromise(first) ? undefined : racing.freshHit(first);
      if (hit) return racing.answerWithL1(hit);
      return racing.run(first, undefined);
    },
  });
}
