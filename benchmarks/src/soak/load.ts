import { setTimeout as wait } from "node:timers/promises";
import type { Cache } from "@hitbox/cache";

/** Calls that have ended, and those of them that failed. */
export interface Tally {
  calls: number;
  failures: number;
}

type Call = (cache: Cache, user: number) => Promise<unknown>;

const KEY_SPACE = 1_000_000_000;

/** Loads one user: slow now and then, and failing now and then. */
async function load(user: number): Promise<object> {
  if (Math.random() < 0.05) await wait(Math.random() * 60);
  if (Math.random() < 0.05) throw new Error("the source failed");
  return { id: user, name: `user ${user}` };
}

/** Every kind of call that makes the cache remember something: keys, tags, waits, failures. */
const CALLS: readonly Call[] = [
  (cache, user) => cache.getOrSet(["user", user], () => load(user), { tags: [`user-${user}`, "users"] }),
  (cache, user) => cache.getOrSet(`hot-${user % 100}`, () => load(user)),
  (cache, user) => cache.getOrSet(["slow", user], () => load(user), { hardTimeout: 20 }),
  (cache, user) => cache.getOrSet(["impatient", user], () => load(user), { signal: AbortSignal.timeout(10) }),
  (cache, user) => cache.getOrSetMany([user, user + 1, user % 50], (ids) => ids.map((id) => ({ id }))),
  (cache, user) => cache.set(["user", user], { id: user }, { tags: [`user-${user}`] }),
  (cache, user) => cache.delete(["user", user % 1_000]),
  (cache, user) => cache.invalidateTags([`user-${user}`]),
  (cache, user) => cache.namespace(`tenant-${user % 20}`).get(user),
];

/** Keeps `callers` calls under way until `signal` is aborted; most keys are new ones. */
export async function keepCalling(cache: Cache, callers: number, signal: AbortSignal): Promise<Tally> {
  const tally: Tally = { calls: 0, failures: 0 };
  await Promise.all(Array.from({ length: callers }, () => callInTurn(cache, tally, signal)));
  return tally;
}

async function callInTurn(cache: Cache, tally: Tally, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const call = CALLS[Math.floor(Math.random() * CALLS.length)] as Call;
    await call(cache, Math.floor(Math.random() * KEY_SPACE)).catch(() => {
      tally.failures++;
    });
    tally.calls++;
    await wait(1);
  }
}
