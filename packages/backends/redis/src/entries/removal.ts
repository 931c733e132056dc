import { type DeleteStatus, deleted, LEASE_HEADER_BYTES, missing } from "@hitbox/core";
import type { RemovalReply } from "../connection/client-port.ts";

/**
 * The status of a removal. A lease over no entry is recognised by its length, which STRLEN gives on the way
 * of the UNLINK: 1.06 times an UNLINK alone. A write that comes between the two, onto such a lease, is
 * removed and not counted.
 *
 * No script does this: a server tells a client with NOLOOP of its own removals if a script makes them.
 */
export function statusOf({ length, removed }: RemovalReply): DeleteStatus {
  // Numbers, or text of numbers if the client is set so. A value of another type has no length, and is no
  // lease.
  return Number(removed) > 0 && Number(length) !== LEASE_HEADER_BYTES ? deleted() : missing();
}
