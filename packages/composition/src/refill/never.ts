import type { RefillPolicy } from "../tiers.ts";

/**
 * Puts no hits of L2 into L1, which then holds only values that are set. Use it for an L1 that others fill.
 */
export function never(): RefillPolicy {
  return NEVER;
}

const NEVER: RefillPolicy = Object.freeze<RefillPolicy>({ name: "never", refill: () => false });
