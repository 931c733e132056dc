import { type CacheValue, checkKnown, checkOption, isPromise, type MaybePromise } from "@hitbox/core";
import type { ReadPolicy } from "../tiers.ts";
import { Contest } from "./contest.ts";
import { Patience } from "./patience.ts";

export interface HedgedOptions {
  /** Milliseconds that L1 has before L2 is asked as well. */
  readonly after: number;
}

/**
 * L1 first; L2 as well once L1 has missed, failed or not answered for `after` milliseconds; then the first hit is the
 * answer. For a first tier on a network: its slow answers are cut short, and L2 is spared the rest.
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
  const patience = new Patience(after);
  return Object.freeze<ReadPolicy>({
    name: "hedged",
    read<T>(
      ...[tiers, key, context]: Parameters<ReadPolicy["read"]>
    ): MaybePromise<CacheValue<T> | undefined> {
      const contest = new Contest<T>(tiers, key, context, "offload");
      const first = contest.startL1();
      if (!isPromise(first)) {
        return first.ok && first.value !== undefined
          ? contest.answerWithL1(first.value)
          : contest.run(first, undefined);
      }
      return patiently(contest, first, patience);
    },
  });
}

async function patiently<T>(
  contest: Contest<T>,
  first: Promise<Awaited<ReturnType<Contest<T>["startL1"]>>>,
  patience: Patience,
): Promise<CacheValue<T> | undefined> {
  const wait = patience.begin();
  const answer = await Promise.race([first, wait.late]);
  wait.end();
  if (answer === "late") return contest.run(first, undefined);
  return answer.ok && answer.value !== undefined
    ? contest.answerWithL1(answer.value)
    : contest.run(answer, undefined);
}
