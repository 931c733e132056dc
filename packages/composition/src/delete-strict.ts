import {
  BackendError,
  type CacheContext,
  type DeleteStatus,
  deleted,
  type KeyLike,
  type MaybePromise,
  missing,
} from "@hitbox/core";
import { bothFailed } from "./both-failed.ts";
import { both, type Settled, settle } from "./settle.ts";
import type { Tiers } from "./tiers.ts";

/**
 * Deletes in both tiers at once. A tier that failed fails the delete, since it may go on serving the old value: the
 * error names it and carries what the other reported.
 */
export function deleteStrict(tiers: Tiers, key: KeyLike, context?: CacheContext): MaybePromise<DeleteStatus> {
  const first = settle(() => tiers.l1.delete(key, context));
  const second = settle(() => tiers.l2.delete(key, context));
  return both(first, second, (l1, l2) => combine(tiers.label, l1, l2));
}

function combine(label: string, l1: Settled<DeleteStatus>, l2: Settled<DeleteStatus>): DeleteStatus {
  if (!l1.ok && !l2.ok) throw bothFailed(label, l1.error, l2.error);
  if (!l1.ok) throw halfDone(label, l1.error, l2);
  if (!l2.ok) throw halfDone(label, l2.error, l1);
  const count = countOf(l1.value) + countOf(l2.value);
  return count === 0 ? missing() : deleted(count);
}

function countOf(status: DeleteStatus): number {
  return status.status === "deleted" ? status.count : 0;
}

function halfDone(label: string, error: BackendError, other: Settled<DeleteStatus>): BackendError {
  return new BackendError(error.code, `${label}: delete is half done: ${error.message}`, {
    backend: label,
    retryable: error.retryable,
    cause: error,
    deleteStatus: other.ok ? other.value : undefined,
  });
}
