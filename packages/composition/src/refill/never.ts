import type { RefillPolicy } from "../tiers.ts";

/** L1 holds only what is set. For an L1 that others fill, or that is to keep nothing that is merely read. */
export function never(): RefillPolicy {
  return NEVER;
}

const NEVER: RefillPolicy = Object.freeze<RefillPolicy>({ name: "never", refill: () => false });
