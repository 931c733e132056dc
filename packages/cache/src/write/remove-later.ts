import { type CacheValue, cacheContext, isUnreadable } from "@hitbox/core";
import type { TierBackend } from "@hitbox/core/tier";
import type { Engine } from "../engine.ts";
import { longestLife, type Policy } from "../policy/policy.ts";

type Entry = CacheValue<unknown> | undefined;

/**
 * Has the entry of a key that was asked for until `at` removed, as soon as the tiers allow for it. A newer
 * one stays.
 */
export function removeLater(engine: Engine, policy: Policy, key: string, at: number, error: unknown): void {
  const run = (isWanted: () => boolean): Promise<void> => removeOlder(engine, key, at, isWanted);
  const until = at + Math.max(longestLife(policy), engine.longestLife);
  engine.pending.add(key, { at, until, run }, error);
}

async function removeOlder(engine: Engine, key: string, at: number, isWanted: () => boolean): Promise<void> {
  const { backend, writes } = engine;
  const isNewer = (entry: Entry): boolean => entry !== undefined && entry.createdAt > at;
  const [agreed, seen] = await Promise.all([readable(backend.shared, key), readable(backend, key)]);
  if (isNewer(agreed) && isNewer(seen)) return;
  const context = cacheContext();
  await writes.run([key], () => (isWanted() ? backend.delete(key, context) : undefined));
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
