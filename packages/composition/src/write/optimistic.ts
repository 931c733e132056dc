import type { MaybePromise } from "@hitbox/core";
import { both } from "../settle.ts";
import type { Tiers, TierWrite, WritePolicy } from "../tiers.ts";
import { conclude, startBoth } from "./both-at-once.ts";

/**
 * Both tiers at once; one that takes the value is enough. The default.
 *
 * The other's failure is an outcome in the context and a message on the tier's channel. Two exceptions keep an older
 * value from being served: an L1 that failed has the key removed, and a value that L2 can never hold (it cannot be
 * serialized, or is too large) fails the set; where that shows at once, L1 is not even written.
 */
export function optimistic(): WritePolicy {
  return OPTIMISTIC;
}

const OPTIMISTIC: WritePolicy = Object.freeze<WritePolicy>({
  name: "optimistic",
  write(tiers: Tiers, write: TierWrite): MaybePromise<void> {
    const { first, second } = startBoth(tiers, write);
    return both(first, second, (l1, l2) => conclude(tiers, write, l1, l2));
  },
});
