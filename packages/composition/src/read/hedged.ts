import { type CacheValue, checkKnown, checkOption, isPromise, type MaybePromise } from "@hitbox/core";
import type { ReadPolicy } from "../tiers.ts";
import { RacingRead } from "./racing-read.ts";
import { SharedDelay } from "./shared-delay.ts";

export interface HedgedOptions {
  /** Milliseconds that L1 has before L2 is asked too. */
  readonly after: number;
}

/**
 * Asks L1 first. Asks L2 too once L1 has missed, failed, shown a stale entry, or not answered for `after`
 * milliseconds. Then the first fresh hit answers. Use it for a first tier on a network: its slow answers are
 * cut short, and L2 is spared the other reads.
 *
 * J. Dean and L. A. Barroso, "The Tail at Scale", CACM 56(2), 2013.
 *
 * @throws TypeError for a wrong option.
 */
export function hedged(options: HedgedOptions): ReadPolicy {
  checkKnown("hedged", options, ["after"]);
  const { after } = options;
  checkOption(
    typeof after === "number" && after >= 0 && after < 2 ** 31,
    "after",
    after,
    "must be milliseconds",
  );
  const delay = new SharedDelay(after);
  return Object.freeze<ReadPolicy>({
    name: "hedged",
    read<T>(
      ...[tiers, key, context]: Parameters<ReadPolicy["read"]>
    ): MaybePromise<CacheValue<T> | undefined> {
      const racing = new RacingRead<T>(tiers, key, context, "offload");
      const first = racing.startL1();
      if (!isPromise(first)) {
        const hit = racing.freshHit(first);
        return hit ? racing.answerWithL1(hit) : racing.run(first, undefined);
      }
      return patiently(racing, first, delay);
    },
  });
}

async function patiently<T>(
  racing: RacingRead<T>,
  first: Promise<Awaited<ReturnType<RacingRead<T>["startL1"]>>>,
  delay: SharedDelay,
): Promise<CacheValue<T> | undefined> {
  const wait = delay.begin();
  const answer = await Promise.race([first, wait.late]);
  wait.end();
  if (answer === "late") return racing.run(first, undefined);
  const hit = racing.freshHit(answer);
  return hit ? racing.answerWithL1(hit) : racing.run(answer, undefined);
}
