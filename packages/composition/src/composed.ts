import { BackendError, type Clock } from "@hitbox/core";
import type { Coherence } from "./coherence.ts";
import type { Offload } from "./offload/offload.ts";
import type { KeyActivity } from "./order/key-activity.ts";
import type { OrderedTier } from "./order/ordered-tier.ts";
import type { TierQueues } from "./order/tier-queues.ts";
import type { DeletePolicy, ReadPolicy, RefillPolicy, Tiers, WritePolicy } from "./tiers.ts";

/** The state that every view of one composition shares. */
export interface Composed {
  readonly label: string;
  readonly read: ReadPolicy;
  readonly write: WritePolicy;
  readonly remove: DeletePolicy;
  readonly refill: RefillPolicy;
  readonly now: Clock;
  readonly activity: KeyActivity;
  readonly offload: Offload;
  readonly queues: readonly [l1: TierQueues, l2: TierQueues];
  /** Present if L2 reports others' changes. */
  coherence: Coherence | undefined;
  /** Called once for each tier, by the close: whether nobody else uses the backend that it was made of. */
  isLast: readonly [l1: () => boolean, l2: () => boolean];
  closing: Promise<void> | undefined;
}

/** The tiers of one view of a composition. */
export interface OwnTiers extends Tiers {
  readonly l1: OrderedTier;
  readonly l2: OrderedTier;
  /** L1, for entries of L2: its messages tell them from those of callers. */
  readonly refills: OrderedTier;
}

export function checkOpen({ closing }: Composed, label: string): void {
  if (closing !== undefined)
    throw new BackendError("closed", `${label}: used after close`, { backend: label });
}
