import { chain, type MaybePromise } from "@hitbox/core";
import { type Settled, settle } from "../settle.ts";
import type { Tiers, TierWrite, WritePolicy } from "../tiers.ts";
import { conclude } from "./both-at-once.ts";

/**
 * Writes L1 now, and L2 in the background, in order. The composition's offload bounds the waiting writes, and
 * drains them on close. At its limit the set waits for L2, and also if L1 failed. Use it for writes that must
 * not wait for the second tier, if you accept the loss of the last ones with the process.
 */
export function writeBehind(): WritePolicy {
  return WRITE_BEHIND;
}

const WRITE_BEHIND: WritePolicy = Object.freeze<WritePolicy>({
  name: "write-behind",
  write(tiers: Tiers, write: TierWrite): MaybePromise<void> {
    return chain(
      settle(() => write.to(tiers.l1)),
      (l1) => {
        if (write.superseded()) return undefined;
        const behind = (): MaybePromise<Settled<void>> =>
          write.hold(() =>
            chain(
              settle(() => write.to(tiers.l2)),
              (l2) => chain(conclude(tiers, write, l1, l2), () => l2),
            ),
          );
        if (l1.ok && write.background(() => chain(behind(), rethrow))) return undefined;
        return chain(behind(), () => undefined);
      },
    );
  },
});

/** Nobody waits for it: the offload is told of the failure that `conclude` forgives. */
function rethrow(settled: Settled<void>): void {
  if (!settled.ok) throw settled.error;
}
