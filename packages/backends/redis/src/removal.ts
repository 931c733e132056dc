import { type DeleteStatus, deleted, LEASE_HEADER_BYTES, missing } from "@hitbox/core";
import { isCluster, type RedisClient } from "./redis-client.ts";

/*
 * A lease over no entry is told by its length, which STRLEN asks for on the way of the UNLINK. A write that comes between
 * the two, onto such a lease, is removed and not counted.
 *
 * No script: servers tell a client with NOLOOP of its own removals when a script makes them.
 */

/** Removes a key, and says whether it had an entry. Measured: 1.06 times an UNLINK alone, and 1.1 in a pipeline. */
export async function remove(client: RedisClient, key: string): Promise<DeleteStatus> {
  if (readsElsewhere(client)) return (await removeAll(client, [key]))[0] as DeleteStatus;
  // What is no string has no length, and is no lease.
  const length = client.strlen(key).catch(() => undefined);
  const removed = await client.unlink([key]);
  return statusOf(await length, removed);
}

/** Removes keys of one server. */
export async function removeAll(client: RedisClient, keys: readonly string[]): Promise<DeleteStatus[]> {
  const commands = client.pipeline();
  for (const key of keys) {
    commands.strlen(key);
    commands.unlink([key]);
  }
  const replies = (await commands.exec()) ?? [];
  if (replies.length !== 2 * keys.length) throw new Error("a pipeline without a reply for each command");
  return keys.map((_, index) => {
    const [error, removed] = replies[2 * index + 1] ?? [];
    if (error) throw error;
    return statusOf(replies[2 * index]?.[1], removed);
  });
}

/** Whether a STRLEN alone would go to a replica, which may be behind, or away. */
function readsElsewhere(client: RedisClient): boolean {
  return isCluster(client) && client.options?.scaleReads !== "master";
}

/** Of numbers, or strings of them where the client is set to `stringNumbers`. */
function statusOf(length: unknown, removed: unknown): DeleteStatus {
  return Number(removed) > 0 && Number(length) !== LEASE_HEADER_BYTES ? deleted() : missing();
}
