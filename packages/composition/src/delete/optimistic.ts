import { bothFailed } from "../both-failed.ts";
import { both, settle } from "../settle.ts";
import type { DeletePolicy } from "../tiers.ts";
import { sum } from "./sum.ts";

/**
 * Deletes in both tiers at once. If one failed, the other's report is the answer. The failure is an outcome
 * in the context and a message on the tier's channel. A second tier that failed may still serve the old
 * value.
 */
export function optimisticDelete(): DeletePolicy {
  return OPTIMISTIC;
}

const OPTIMISTIC: DeletePolicy = Object.freeze<DeletePolicy>({
  name: "optimistic",
  delete(tiers, key, context) {
    const first = settle(() => tiers.l1.delete(key, context));
    const second = settle(() => tiers.l2.delete(key, context));
    return both(first, second, (l1, l2) => {
      if (l1.ok) return l2.ok ? sum(l1.value, l2.value) : l1.value;
      if (l2.ok) return l2.value;
      throw bothFailed(tiers.label, l1.error, l2.error);
    });
  },
});
