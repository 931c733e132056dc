import { chain, type MaybePromise } from "@hitbox/core";
import { settle } from "../settle.ts";
import type { Tiers, TierWrite, WritePolicy } from "../tiers.ts";

/**
 * Writes L2, then L1. A failure of L2 fails the set and leaves L1 without the key. If L2 has the value, a
 * failure of L1 costs only L1's copy. Use it for an L1 that must never be ahead of other processes.
 */
export function l2First(): WritePolicy {
  return L2_FIRST;
}

const L2_FIRST: WritePolicy = Object.freeze<WritePolicy>({
  name: "l2-first",
  write(tiers: Tiers, write: TierWrite): MaybePromise<void> {
    return chain(
      settle(() => write.to(tiers.l2)),
      (l2) => {
        if (l2.ok) return writeFirst(tiers, write);
        return chain(write.undo(tiers.l1), () => {
          throw l2.error;
        });
      },
    );
  },
});

function writeFirst(tiers: Tiers, write: TierWrite): MaybePromise<void> {
  if (write.superseded()) return undefined;
  return chain(
    settle(() => write.to(tiers.l1)),
    (l1) => (l1.ok ? undefined : write.undo(tiers.l1)),
  );
}
