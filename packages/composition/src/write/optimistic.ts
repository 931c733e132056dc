import type { MaybePromise } from "@hitbox/core";
import { both } from "../settle.ts";
import type { Tiers, TierWrite, WritePolicy } from "../tiers.ts";
import { conclude, startBoth } from "./both-at-once.ts";

/**
 * Writes both tiers at once; one tier that takes the value is enough. The default.
 *
 * The other's failure is an outcome in the context and a message on the tier's channel. Two exceptions
 * prevent an older value from being served. The key is removed from an L1 that failed, and from an L2 that
 * can never hold the value, because it cannot be serialized or is too large. A value that no tier can hold
 * fails the set.
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
