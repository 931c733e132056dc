import {
  BackendError,
  type CacheBackend,
  type CacheContext,
  type CacheValue,
  cacheContext,
  type DeleteStatus,
  isPromise,
  isUnreadable,
} from "@hitbox/core";
import { publish } from "./channels.ts";
import type { Core } from "./core.ts";
import { longestLife, type Policy } from "./policy.ts";

type Entry = CacheValue<unknown>;

/** Stores entries; a key without one is removed. What they replace is not answered with again, even where that fails. */
export async function change(
  core: Core,
  policy: Policy,
  entries: ReadonlyMap<string, Entry | undefined>,
): Promise<void> {
  const stored: (readonly [string, Entry])[] = [];
  const removed: string[] = [];
  for (const [key, entry] of entries) {
    core.outdate(key);
    if (entry) stored.push([key, entry]);
    else removed.push(key);
  }
  core.notice(longestLife(policy));
  if (stored.length > 0) await store(core, policy, stored);
  if (removed.length > 0) await remove(core, policy, removed);
}

async function store(
  core: Core,
  policy: Policy,
  entries: readonly (readonly [string, Entry])[],
): Promise<void> {
  const keys = entries.map(([key]) => key);
  const createdAt = entries[0]?.[1].createdAt ?? 0;
  try {
    // Sent at once, so that what is asked for later is sent later; until its tags have their records it does not stand.
    const prepared = core.tags.prepare(entries[0]?.[1].tags ?? [], createdAt);
    // A tier that failed while another's success was enough has the older value still, which is older than this one.
    const sent = each(core, keys, createdAt - 1, policy, async (contexts) => {
      if (contexts === undefined) return core.backend.setMany(entries);
      await Promise.all(entries.map(([key, entry], index) => core.backend.set(key, entry, contexts[index])));
    });
    if (isPromise(prepared)) prepared.catch(() => {});
    // What has become of the entry first: only then is it known what there is to remove.
    await sent;
    await prepared;
    publish("store", () => ({ cache: core.backend.label, keys }));
  } catch (error) {
    // A value that no tier can take is the caller's to hear of, and leaves the old one.
    if (isRefusal(error)) throw error;
    failed(core, "set", keys, error, policy, createdAt);
  }
}

/** Whether there was an entry, for each key. Where that cannot be had now, the deletes are tried again later. */
export async function remove(core: Core, policy: Policy, keys: readonly string[]): Promise<boolean[]> {
  for (const key of keys) core.outdate(key);
  publish("invalidate", () => ({ cache: core.backend.label, keys }));
  const at = core.now();
  try {
    const statuses = await each(core, keys, at, policy, (contexts) => removeNow(core, keys, contexts));
    return statuses.map(({ status }) => status === "deleted");
  } catch (error) {
    if (!BackendError.is(error)) throw error;
    failed(core, "delete", keys, error, policy, at);
    return keys.map(() => error.deleteStatus?.status === "deleted" && keys.length === 1);
  }
}

async function removeNow(
  core: Core,
  keys: readonly string[],
  contexts: readonly CacheContext[] | undefined,
): Promise<DeleteStatus[]> {
  if (contexts === undefined) return core.backend.deleteMany(keys);
  return Promise.all(keys.map((key, index) => core.backend.delete(key, contexts[index])));
}

/**
 * Runs a change of `keys`; as one batch, without contexts, where there are several and the backend has batches. With a
 * context, a tier's failure shows even where the backend did not pass it on, and then that tier is tried again.
 */
async function each<R>(
  core: Core,
  keys: readonly string[],
  at: number,
  policy: Policy,
  run: (contexts: readonly CacheContext[] | undefined) => Promise<R>,
): Promise<R> {
  const isBatch = keys.length > 1 && core.backend.supports.removeMany !== false;
  const contexts = isBatch ? undefined : keys.map(() => cacheContext());
  const result = await core.order.run(keys, () => run(contexts));
  keys.forEach((key, index) => {
    const failure = contexts?.[index]?.tiers.find(({ status }) => status === "error");
    if (failure) removeLater(core, policy, key, at, failure.error);
    else core.retries.settle(key);
  });
  return result;
}

function failed(
  core: Core,
  operation: "set" | "delete",
  keys: readonly string[],
  error: unknown,
  policy: Policy,
  at: number,
): void {
  if (!isRefusal(error)) for (const key of keys) removeLater(core, policy, key, at, error);
  core.report(operation, keys.length === 1 ? keys[0] : undefined, error);
  if (policy.onBackendError === "throw") throw error;
}

/** Removes what was asked for until `at`; what is newer stays. */
function removeLater(core: Core, policy: Policy, key: string, at: number, error: unknown): void {
  const isNewer = (entry: Entry | undefined): boolean => entry !== undefined && entry.createdAt > at;
  const run = async (isWanted: () => boolean): Promise<void> => {
    const [agreed, seen] = await Promise.all([
      readable(core.backend.shared, key),
      readable(core.backend, key),
    ]);
    if (isNewer(agreed) && isNewer(seen)) return;
    const context = cacheContext();
    await core.order.run([key], () => (isWanted() ? core.backend.delete(key, context) : undefined));
    const failure = context.tiers.find(({ status }) => status === "error");
    if (failure) throw failure.error;
  };
  const until = at + Math.max(longestLife(policy), core.longestLife);
  core.retries.add(key, { at, until, run }, error);
}

/** What is there, where it can be read: what cannot is removed like what is older. */
async function readable(backend: CacheBackend, key: string): Promise<Entry | undefined> {
  try {
    return await backend.get(key);
  } catch (error) {
    if (isUnreadable(error)) return undefined;
    throw error;
  }
}

/** The key or the value is at fault, not the backend: nothing of it can be there. */
export function isRefusal(error: unknown): boolean {
  return !BackendError.is(error) || REFUSALS.has(error.code);
}

const REFUSALS: ReadonlySet<string> = new Set([
  "serialization",
  "compression",
  "too-large",
  "unsupported",
  "closed",
]);
