import { type CacheContext, type CacheValue, cacheContext } from "@hitbox/core";
import { atMost, MOST_AT_ONCE, type Turns } from "../at-most.ts";
import { publish } from "../channels.ts";
import type { Engine } from "../engine.ts";
import { type Policy, staleWindow } from "../policy/policy.ts";
import { isRefused } from "../tags/refusals.ts";
import { type Change, fail, noteFailures, settleKey } from "./change.ts";

/** How often an entry that others write meanwhile is read and marked, before it is deleted. */
const MOST_TRIES = 3;
/** The lease of a key is asked for its fence alone. */
const LEASE_MS = 1;

/** Makes entries stale from now on. Answers for each key whether there was an entry. */
export function expire(engine: Engine, policy: Policy, keys: readonly string[]): Promise<boolean[]> {
  publish("expire", engine.backend.label, keys[0] ?? "", () => ({ keys }));
  const turns = atMost(MOST_AT_ONCE);
  return Promise.all(keys.map((key) => expireOne(engine, policy, key, turns)));
}

/** If it fails, the entry counts as missing here, and is deleted later. */
async function expireOne(engine: Engine, policy: Policy, key: string, turns: Turns): Promise<boolean> {
  const [at, number] = [engine.now(), engine.nextChange()];
  const change: Change = { engine, policy, operation: "expire", keys: [key], at, number };
  const context = cacheContext();
  try {
    const done = await engine.change([key], () =>
      engine.alone(key, () => turns(() => markOrDelete(change, key, context))),
    );
    // An entry that was marked may be one that an earlier change has failed to delete.
    if (done === "marked") noteFailures(change, 0, context);
    else settleKey(change, 0, context);
    return done !== "missing";
  } catch (error) {
    fail(change, error);
    return false;
  }
}

/**
 * Any write voids the fences of loads that began before it, in all processes. So it does not matter who has
 * the lease: no older value is stored after this.
 */
async function markOrDelete(
  change: Change,
  key: string,
  context: CacheContext,
): Promise<"marked" | "deleted" | "missing"> {
  const { backend } = change.engine;
  if (backend.supports.lease === true && (await mark(change, key, context))) return "marked";
  return (await backend.delete(key, context)).status;
}

/** Writes the entry back, stale. False: there is none to be kept, or it could not be done. */
async function mark(change: Change, key: string, context: CacheContext): Promise<boolean> {
  const { engine, policy, at } = change;
  try {
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const { fence, value } = await engine.lease(key, LEASE_MS, undefined, true);
      const stale = value && staleFrom(value, at, policy);
      if (stale === undefined) return false;
      if (await engine.backend.setFenced(key, stale, fence, context)) return true;
    }
  } catch (error) {
    // A store that knows no leases, or does not permit them, can delete.
    if (!isRefused(error)) throw error;
  }
  return false;
}

/** The entry, stale from `at` on for its windows; undefined if it has none. */
function staleFrom<T>(entry: CacheValue<T>, at: number, policy: Policy): CacheValue<T> | undefined {
  const { data, createdAt, staleAt = at, expiresAt = Number.POSITIVE_INFINITY, tags, loadMs } = entry;
  const own = entry.staleAt !== undefined && expiresAt !== Number.POSITIVE_INFINITY ? expiresAt - staleAt : 0;
  const window = Math.max(own, staleWindow(policy));
  if (!(window > 0)) return undefined;
  const end = Math.min(expiresAt, at + window);
  const ends = { staleAt: Math.min(staleAt, at), expiresAt: Number.isFinite(end) ? end : undefined };
  return { data, createdAt, ...ends, tags, loadMs };
}
