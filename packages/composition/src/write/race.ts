import { isPromise, type MaybePromise } from "@hitbox/core";
import { checkLoser, type LoserOptions } from "../loser.ts";
import { both, type Settled } from "../settle.ts";
import type { Tiers, TierWrite, WritePolicy } from "../tiers.ts";
import { conclude, startBoth } from "./both-at-once.ts";

/**
 * Writes both tiers at once, and succeeds with the first that has taken the value. The other ends in the
 * background, and a read of the key waits for it there. Use it for the lowest latency of writes.
 *
 * @throws TypeError for a wrong option.
 */
export function raceWrite(options: LoserOptions = {}): WritePolicy {
  const loser = checkLoser("raceWrite", options);
  return Object.freeze<WritePolicy>({
    name: "race",
    write(tiers: Tiers, write: TierWrite): MaybePromise<void> {
      const { first, second } = startBoth(tiers, write);
      const concluded = write.hold(() => both(first, second, (l1, l2) => conclude(tiers, write, l1, l2)));
      if (!isPromise(concluded)) return concluded;
      const leave = (): void => {
        // The tier's own message has the result; the set has succeeded.
        concluded.catch(() => {});
        if (loser === "offload") write.background(() => concluded);
      };
      return firstSuccess(first, second, concluded, leave);
    },
  });
}

function firstSuccess(
  first: MaybePromise<Settled<void>>,
  second: MaybePromise<Settled<void>>,
  concluded: Promise<void>,
  leave: () => void,
): MaybePromise<void> {
  for (const settled of [first, second]) if (!isPromise(settled) && settled.ok) return leave();
  return Promise.race([first, second].filter(isPromise)).then((winner) => (winner.ok ? leave() : concluded));
}
