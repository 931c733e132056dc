import { BackendError, type DeleteStatus } from "@hitbox/core";
import { bothFailed } from "../both-failed.ts";
import { both, type Settled, settle } from "../settle.ts";
import type { DeletePolicy } from "../tiers.ts";
import { sum } from "./sum.ts";

/**
 * Deletes in both tiers at once. A tier that failed fails the delete, because it may still serve the old
 * value. The error names the tier, and carries the other tier's report. The default.
 */
export function strict(): DeletePolicy {
  return STRICT;
}

const STRICT: DeletePolicy = Object.freeze<DeletePolicy>({
  name: "strict",
  delete(tiers, key, context) {
    const first = settle(() => tiers.l1.delete(key, context));
    const second = settle(() => tiers.l2.delete(key, context));
    return both(first, second, (l1, l2) => combine(tiers.label, l1, l2));
  },
});

function combine(label: string, l1: Settled<DeleteStatus>, l2: Settled<DeleteStatus>): DeleteStatus {
  if (!l1.ok && !l2.ok) throw bothFailed(label, l1.error, l2.error);
  if (!l1.ok) throw halfDone(label, l1.error, l2);
  if (!l2.ok) throw halfDone(label, l2.error, l1);
  return sum(l1.value, l2.value);
}

function halfDone(label: string, error: BackendError, other: Settled<DeleteStatus>): BackendError {
  return new BackendError(error.code, `${label}: delete is half done: ${error.message}`, {
    backend: label,
    retryable: error.retryable,
    cause: error,
    deleteStatus: other.ok ? other.value : undefined,
  });
}
