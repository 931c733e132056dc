import type { RefillPolicy } from "../tiers.ts";

/** Every hit of L2 that may go into L1 does. The default. */
export function always(): RefillPolicy {
  return ALWAYS;
}

const ALWAYS: RefillPolicy = Object.freeze<RefillPolicy>({ name: "always", refill: () => true });
