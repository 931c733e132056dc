import { chain } from "@hitbox/core";
import type { WritePolicy } from "../tiers.ts";

/** L1, then L2. A failure of L1 stops it; a failure of L2 leaves L1 with the value. Either fails the set. */
export function sequentialWrite(): WritePolicy {
  return SEQUENTIAL;
}

const SEQUENTIAL: WritePolicy = Object.freeze<WritePolicy>({
  name: "sequential",
  write: ({ l1, l2 }, write) => chain(write.to(l1), () => (write.superseded() ? undefined : write.to(l2))),
});
