import { BackendError, type CacheValue, type DeleteStatus } from "@hitbox/core";
import type { Core } from "./core.ts";
import { longestLife, type Policy } from "./policy.ts";

type Entry = readonly [key: string, entry: CacheValue<unknown> | undefined];

/** Stores entries; a key without one is removed. What they replace is not answered with again, even where that fails. */
export async function change(core: Core, policy: Policy, entries: readonly Entry[]): Promise<void> {
  for (const [key] of entries) core.outdate(key);
  const stored = entries.filter((entry): entry is readonly [string, CacheValue<unknown>] => !!entry[1]);
  const others = entries.filter(([, entry]) => entry === undefined).map(([key]) => key);
  try {
    await store(core, stored);
  } catch (error) {
    // A value that no tier can take is the caller's to hear of, and leaves the old one.
    if (!isOutage(error)) throw error;
    for (const [key] of stored) removeLater(core, policy, key, error);
    core.report("set", stored.length === 1 ? stored[0]?.[0] : undefined, error);
    if (policy.onBackendError === "throw") throw error;
  }
  if (others.length > 0) await remove(core, policy, others);
}

async function store(
  core: Core,
  entries: readonly (readonly [string, CacheValue<unknown>])[],
): Promise<void> {
  const [[key, entry] = []] = entries;
  if (key === undefined || entry === undefined) return;
  await core.tags.prepare(entry.tags ?? [], entry.createdAt);
  await (entries.length === 1 ? core.backend.set(key, entry) : core.backend.setMany(entries));
}

/** Whether there was an entry, for each key. Where that cannot be had now, the deletes are tried again later. */
export async function remove(core: Core, policy: Policy, keys: readonly string[]): Promise<boolean[]> {
  for (const key of keys) core.outdate(key);
  try {
    const statuses = await removeNow(core, keys);
    return statuses.map(({ status }) => status === "deleted");
  } catch (error) {
    if (isOutage(error)) for (const key of keys) removeLater(core, policy, key, error);
    core.report("delete", keys.length === 1 ? keys[0] : undefined, error);
    if (policy.onBackendError === "throw") throw error;
    return keys.map(() => false);
  }
}

async function removeNow(core: Core, keys: readonly string[]): Promise<DeleteStatus[]> {
  const [key] = keys;
  return key !== undefined && keys.length === 1
    ? [await core.backend.delete(key)]
    : core.backend.deleteMany(keys);
}

/** Removes what was stored until now; what is stored later stays. */
function removeLater(core: Core, policy: Policy, key: string, error: unknown): void {
  const at = core.now();
  const run = async (): Promise<void> => {
    const entry = await core.backend.shared.get(key);
    if (entry !== undefined && entry.createdAt <= at) await core.backend.delete(key);
  };
  core.retries.add(key, { at, until: at + longestLife(policy), run }, error);
}

function isOutage(error: unknown): boolean {
  return BackendError.is(error) && error.retryable;
}
