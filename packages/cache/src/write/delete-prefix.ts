import { checkOption } from "@hitbox/core";
import type { Engine } from "../engine.ts";
import { type KeyPrefix, KeyScope } from "../keys/key-scope.ts";
import type { Policy } from "../policy/policy.ts";
import { remove } from "./change.ts";

export interface DeletedPrefix {
  /** Entries that were there and are deleted. */
  readonly deleted: number;
}

/**
 * Lists the keys of a space that begin with a prefix, and deletes them page by page, like every other delete.
 * Loads of such keys that have begun are not stored: those of other processes have leases, which are listed.
 * Waits for changes that were asked for earlier, so that the entries they store are listed.
 */
export async function deletePrefix(
  engine: Engine,
  { text, policy }: { readonly text: string; readonly policy: Policy },
  prefix: KeyPrefix,
): Promise<DeletedPrefix> {
  checkOption(prefix !== undefined, "prefix", prefix, "must be a string, or an array of the first elements");
  const scope = new KeyScope(text, prefix, engine.maxKeyBytes);
  const isMeant = (key: string): boolean => scope.keyOf(key) !== undefined;
  engine.keys.outdateWhere(isMeant);
  await engine.writes.idle();
  await engine.unanswered.idle();
  let deleted = 0;
  for await (const page of engine.backend.keys({ prefix: scope.start, leased: true })) {
    const removed = await remove(engine, policy, page.filter(isMeant));
    deleted += removed.filter(Boolean).length;
  }
  return { deleted };
}
