import {
  allOf,
  BackendError,
  type CacheContext,
  type CacheValue,
  cacheContext,
  chain,
  type DeleteStatus,
  isPromise,
  isRefusal,
  type MaybePromise,
  type TierOutcome,
} from "@hitbox/core";
import { publish } from "../channels.ts";
import type { Engine } from "../engine.ts";
import { longestLife, type Policy } from "../policy/policy.ts";
import { isRefused } from "./refusal.ts";
import { removeLater } from "./remove-later.ts";

type Stored = CacheValue<unknown>;

/**
 * Stores entries once they are `valid`; a key without one is removed. An entry that they replace is not
 * answered with again, even if that fails.
 */
export async function set(
  engine: Engine,
  policy: Policy,
  entries: ReadonlyMap<string, Stored | undefined>,
  valid?: MaybePromise<unknown>,
): Promise<void> {
  const stored: (readonly [string, Stored])[] = [];
  const removed: string[] = [];
  for (const [key, entry] of entries) {
    if (entry) stored.push([key, entry]);
    else removed.push(key);
  }
  engine.noticeLife(longestLife(policy));
  await Promise.all([
    stored.length > 0 ? store(engine, policy, stored, valid) : undefined,
    removed.length > 0 ? remove(engine, policy, removed) : undefined,
  ]);
}

/** One set, delete or expire of one or several keys. */
export interface Change {
  readonly engine: Engine;
  readonly policy: Policy;
  readonly operation: "set" | "delete" | "expire";
  readonly keys: readonly string[];
  /**
   * Entries that were asked for until then, in epoch milliseconds, are not to be answered with if it fails.
   */
  readonly at: number;
  readonly number: number;
}

/** How a change is sent: with a context for each key, or as one batch. */
type Send<P, R> = (contexts: readonly CacheContext[] | undefined, prepared: P) => MaybePromise<R>;

async function store(
  engine: Engine,
  policy: Policy,
  entries: readonly (readonly [string, Stored])[],
  valid: MaybePromise<unknown>,
): Promise<void> {
  const keys = entries.map(([key]) => key);
  const [, { createdAt }] = entries[0] as readonly [string, Stored];
  const life = entries.reduce((longest, [, entry]) => Math.max(longest, lifeOf(entry)), 0);
  engine.noticeLife(life);
  const number = engine.nextChange();
  const change: Change = { engine, policy, operation: "set", keys, at: createdAt, number };
  try {
    const longest = Math.max(life, longestLife(policy));
    const stamps = chain(engine.clearing, () => engine.tags.stamp(tagsOf(entries), longest));
    if (isPromise(stamps)) stamps.catch(() => {});
    // A tier that failed while another's success was enough still has the older value, which is older than
    // this one.
    const ready = chain(valid, () => stamps);
    await apply({ ...change, at: createdAt - 1 }, ready, (contexts, own) => {
      const whole = entries.map(([key, entry]) => [key, engine.tags.stamped(entry, own)] as const);
      if (contexts === undefined) return engine.backend.setMany(whole);
      return allOf([...whole.entries()], ([index, [key, entry]]) =>
        engine.backend.set(key, entry, contexts[index]),
      );
    });
    publish("store", engine.backend.label, keys[0] ?? "", () => ({ keys }));
  } catch (error) {
    // A value that no tier can take is the caller's to hear of, and leaves the old one.
    if (isRefused(error)) throw error;
    fail(change, error);
  }
}

function lifeOf({ createdAt, expiresAt = Number.POSITIVE_INFINITY }: Stored): number {
  return expiresAt - createdAt;
}

/** Of all entries, each once. */
function tagsOf(entries: readonly (readonly [string, Stored])[]): readonly string[] {
  const [first, ...others] = entries.map(([, { tags = [] }]) => tags);
  if (first === undefined || others.every((tags) => tags === first)) return first ?? [];
  return [...new Set([first, ...others].flat())];
}

/** True if there was an entry, for each key. A delete that fails is tried again later. */
export async function remove(engine: Engine, policy: Policy, keys: readonly string[]): Promise<boolean[]> {
  publish("invalidate", engine.backend.label, keys[0] ?? "", () => ({ keys }));
  const at = engine.now();
  const change: Change = { engine, policy, operation: "delete", keys, at, number: engine.nextChange() };
  try {
    const statuses = await apply(change, undefined, (contexts) => removeNow(engine, keys, contexts));
    return statuses.map(({ status }) => status === "deleted");
  } catch (error) {
    if (!BackendError.is(error)) throw error;
    fail(change, error);
    return keys.map(() => error.deleteStatus?.status === "deleted" && keys.length === 1);
  }
}

function removeNow(
  engine: Engine,
  keys: readonly string[],
  contexts: readonly CacheContext[] | undefined,
): MaybePromise<DeleteStatus[]> {
  if (contexts === undefined) return engine.backend.deleteMany(keys);
  return allOf([...keys.entries()], ([index, key]) => engine.backend.delete(key, contexts[index]));
}

/**
 * Sends a change when it is `ready`; as one batch, without contexts, if it has several keys and the backend
 * has batches. With a context, a tier's failure shows even if the backend did not pass it on, and then that
 * tier is tried again.
 */
async function apply<P, R>(change: Change, ready: MaybePromise<P>, send: Send<P, R>): Promise<R> {
  const { engine, keys } = change;
  const isBatch = keys.length > 1 && engine.backend.supports.removeMany !== false;
  const contexts = isBatch ? undefined : keys.map(() => cacheContext());
  const result = await engine.change(keys, () =>
    engine.send(keys, ready, (prepared) => send(contexts, prepared)),
  );
  for (const index of keys.keys()) settleKey(change, index, contexts?.[index]);
  return result;
}

/** A key of a change is done, but for the tiers that failed. So are earlier changes of it that had failed. */
export function settleKey(change: Change, index: number, context: CacheContext | undefined): void {
  const { engine, keys, number } = change;
  if (!noteFailures(change, index, context)) engine.pending.settle(keys[index] as string, number);
}

/** Has the entry of a key removed from the tiers that failed, if any did. */
export function noteFailures(change: Change, index: number, context: CacheContext | undefined): boolean {
  const failure = context?.tiers.find(isFailure);
  if (failure) removeLater(change, change.keys[index] as string, failure.error);
  return failure !== undefined;
}

/** A tier that can never hold the value is left without the key, and another has the value. */
function isFailure({ status, error }: TierOutcome): boolean {
  return status === "error" && !isRefusal(error);
}

/** Has the entries removed later that a failed change has left. */
export function fail(change: Change, error: unknown): void {
  const { engine, keys, operation, policy } = change;
  if (!isRefused(error)) for (const key of keys) removeLater(change, key, error);
  engine.report(operation, keys.length === 1 ? keys[0] : undefined, error);
  if (policy.onBackendError === "throw") throw error;
}
