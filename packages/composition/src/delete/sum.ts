import { type DeleteStatus, deleted, missing } from "@hitbox/core";

/** The report of two tiers that both succeeded, added up. */
export function sum(l1: DeleteStatus, l2: DeleteStatus): DeleteStatus {
  const count = countOf(l1) + countOf(l2);
  return count === 0 ? missing() : deleted(count);
}

function countOf(status: DeleteStatus): number {
  return status.status === "deleted" ? status.count : 0;
}
