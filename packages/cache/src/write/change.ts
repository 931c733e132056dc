import {
  BackendError,
  type CacheContext,
  type CacheValue,
  cacheContext,
  type DeleteStatus,
  isPromise,
  type MaybePromise,
} from "@hitbox/core";
import { publish } from "../channels.ts";
import type { Engine } from "../engine.ts";
import { longestLife, type Policy } from "../policy/policy.ts";
import { isRefused } from "./refusal.ts";
import { removeLater } from "./remove-later.ts";

type Stored = CacheValue<unknown>;

/**
 * Stores entries; a key without one is removed. An entry that they replace is not answered with again, even
 * if that fails.
 */
export async function set(
  engine: Engine,
  policy: Policy,
  entries: ReadonlyMap<string, Stored | undefined>,
): Promise<void> {
  const stored: (readonly [string, Stored])[] = [];
  const removed: string[] = [];
  for (const [key, entry] of entries) {
    if (entry) stored.push([key, entry]);
    else removed.push(key);
  }
  engine.noticeLife(longestLife(policy));
  await Promise.all([
    stored.length > 0 ? store(engine, policy, stored) : undefined,
    removed.length > 0 ? remove(engine, policy, removed) : undefined,
  ]);
}

async function store(
  engine: Engine,
  policy: Policy,
  entries: readonly (readonly [string, Stored])[],
): Promise<void> {
  const keys = entries.map(([key]) => key);
  const [, { createdAt, tags = [] }] = entries[0] as readonly [string, Stored];
  try {
    const stamps = engine.tags.stamp(tags, longestLife(policy));
    if (isPromise(stamps)) stamps.catch(() => {});
    // A tier that failed while another's success was enough still has the older value, which is older than
    // this one.
    await each(engine, keys, createdAt - 1, policy, async (contexts) => {
      const own = await stamps;
      const whole = entries.map(([key, entry]) => [key, engine.tags.stamped(entry, own)] as const);
      if (contexts === undefined) return engine.backend.setMany(whole);
      await Promise.all(whole.map(([key, entry], index) => engine.backend.set(key, entry, contexts[index])));
    });
    publish("store", () => ({ cache: engine.backend.label, keys }));
  } catch (error) {
    // A value that no tier can take is the caller's to hear of, and leaves the old one.
    if (isRefused(error)) throw error;
    fail(engine, "set", keys, error, policy, createdAt);
  }
}

/** Whether there was an entry, for each key. A delete that fails is tried again later. */
export async function remove(engine: Engine, policy: Policy, keys: readonly string[]): Promise<boolean[]> {
  publish("invalidate", () => ({ cache: engine.backend.label, keys }));
  const at = engine.now();
  try {
    const statuses = await each(engine, keys, at, policy, (contexts) => removeNow(engine, keys, contexts));
    return statuses.map(({ status }) => status === "deleted");
  } catch (error) {
    if (!BackendError.is(error)) throw error;
    fail(engine, "delete", keys, error, policy, at);
    return keys.map(() => error.deleteStatus?.status === "deleted" && keys.length === 1);
  }
}

async function removeNow(
  engine: Engine,
  keys: readonly string[],
  contexts: readonly CacheContext[] | undefined,
): Promise<DeleteStatus[]> {
  if (contexts === undefined) return engine.backend.deleteMany(keys);
  return Promise.all(keys.map((key, index) => engine.backend.delete(key, contexts[index])));
}

/**
 * Runs a change of `keys`; as one batch, without contexts, if there are several and the backend has batches.
 * With a
 * context, a tier's failure shows even if the backend did not pass it on, and then that tier is tried again.
 */
async function each<R>(
  engine: Engine,
  keys: readonly string[],
  at: number,
  policy: Policy,
  run: (contexts: readonly CacheContext[] | undefined) => MaybePromise<R>,
): Promise<R> {
  const isBatch = keys.length > 1 && engine.backend.supports.removeMany !== false;
  const contexts = isBatch ? undefined : keys.map(() => cacheContext());
  const result = await engine.change(keys, () => run(contexts));
  keys.forEach((key, index) => {
    const failure = contexts?.[index]?.tiers.find(({ status }) => status === "error");
    if (failure) removeLater(engine, policy, key, at, failure.error);
    else engine.pending.settle(key);
  });
  return result;
}

function fail(
  engine: Engine,
  operation: "set" | "delete",
  keys: readonly string[],
  error: unknown,
  policy: Policy,
  at: number,
): void {
  if (!isRefused(error)) for (const key of keys) removeLater(engine, policy, key, at, error);
  engine.report(operation, keys.length === 1 ? keys[0] : undefined, error);
  if (policy.onBackendError === "throw") throw error;
}
