import { chain } from "@hitbox/core";
import { settle } from "../settle.ts";
import type { WritePolicy } from "../tiers.ts";
import { conclude } from "./both-at-once.ts";
import { throwFailure } from "./refusal.ts";

/**
 * Writes L1, then L2. A failure of L1 stops the set; a failure of L2 leaves L1 with the value. Either fails
 * the set. A value that one tier can never hold is kept in the other.
 */
export function sequentialWrite(): WritePolicy {
  return SEQUENTIAL;
}

const SEQUENTIAL: WritePolicy = Object.freeze<WritePolicy>({
  name: "sequential",
  write: (tiers, write) =>
    chain(
      settle(() => write.to(tiers.l1)),
      (l1) => {
        throwFailure(l1);
        if (write.superseded()) return undefined;
        return chain(
          settle(() => write.to(tiers.l2)),
          (l2) => {
            throwFailure(l2);
            return conclude(tiers, write, l1, l2);
          },
        );
      },
    ),
});
