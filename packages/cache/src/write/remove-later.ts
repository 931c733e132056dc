import { type CacheValue, cacheContext, isUnreadable } from "@hitbox/core";
import type { TierBackend } from "@hitbox/core/tier";
import type { Engine } from "../engine.ts";
import { longestLife, type Policy } from "../policy/policy.ts";

type Entry = CacheValue<unknown> | undefined;

/** A change of a key that has failed. */
export interface FailedChange {
  readonly engine: Engine;
  readonly policy: Policy;
  /** Entries that were asked for until then, in epoch milliseconds, are older than the change. */
  readonly at: number;
  /** Later changes have greater numbers. */
  readonly number: number;
}

/** Has the entry of a key removed that is older than the change, as soon as the tiers allow for it. */
export function removeLater(change: FailedChange, key: string, error: unknown): void {
  const { at, engine, number, policy } = change;
  const run = (isWanted: () => boolean): Promise<void> => removeOlder(engine, key, at, isWanted);
  const until = at + Math.max(longestLife(policy), engine.longestLife);
  engine.pending.add(key, { at, until, run, change: number }, error);
}

async function removeOlder(engine: Engine, key: string, at: number, isWanted: () => boolean): Promise<void> {
  const backend = engine.backend.withPurpose("retry");
  const isNewer = (entry: Entry): boolean => entry !== undefined && entry.createdAt > at;
  const [agreed, seen] = await Promise.all([readable(backend.shared, key), readable(backend, key)]);
  if (isNewer(agreed) && isNewer(seen)) return;
  const context = cacheContext();
  await engine.send([key], undefined, () => (isWanted() ? backend.delete(key, context) : undefined));
  const failure = context.tiers.find(({ status }) => status === "error");
  if (failure) throw failure.error;
}

/** The entry if it can be read. One that cannot is removed like an older one. */
async function readable(backend: TierBackend, key: string): Promise<Entry> {
  try {
    return await backend.get(key);
  } catch (error) {
    if (isUnreadable(error)) return undefined;
    throw error;
  }
}
