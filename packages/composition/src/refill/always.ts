import type { RefillPolicy } from "../tiers.ts";

/** Puts every hit of L2 into L1 that may go there. The default. */
export function always(): RefillPolicy {
  return ALWAYS;
}

const ALWAYS: RefillPolicy = Object.freeze<RefillPolicy>({ name: "always", refill: () => true });
