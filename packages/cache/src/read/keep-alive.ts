import type { CacheValue } from "@hitbox/core";
import { handOver } from "../close/hand-over.ts";
import { type Ends, NEVER_STALE, staleWindow } from "../policy/policy.ts";
import { prolong, type Touched } from "./touch.ts";

/**
 * Has an entry that was read end later, by the `timeToIdle` of its reader: in the background, and with at
 * most one write in half of that.
 */
export function keepAlive(read: Touched, key: string, entry: CacheValue<unknown>): void {
  const { engine, policy } = read;
  if (engine.isClosing) return;
  const now = engine.now();
  if (laterEnd(read, entry, now) === undefined || engine.nextWrites.has(key, now)) return;
  const work = engine.background("touch", key, () => write(read, key, now));
  if (work instanceof Promise) handOver(engine, policy, key, work);
}

async function write(read: Touched, key: string, now: number): Promise<void> {
  const { nextWrites } = read.engine;
  const half = read.policy.timeToIdle / 2;
  nextWrites.set(key, now + half);
  let isAnswered = false;
  await prolong(read, key, (entry) => {
    isAnswered = true;
    const end = laterEnd(read, entry, now);
    // Another process has written it, or the first tier's copy ends before the entry does.
    if (end === undefined) nextWrites.set(key, (entry.expiresAt ?? now) - half);
    return end;
  });
  // A load has the lease. If it fails, the entry is still to be kept.
  if (!isAnswered) nextWrites.set(key, now + half / 4);
}

/** The ends of an entry that is read; undefined if they are late enough, or cannot be later. */
function laterEnd(
  { policy }: Touched,
  { staleAt, expiresAt }: CacheValue<unknown>,
  now: number,
): Ends | undefined {
  const { timeToIdle } = policy;
  // An entry that was stored without `timeToIdle` and without windows has no time to be stale.
  if (expiresAt === undefined || staleAt === undefined || expiresAt - now > timeToIdle / 2) return undefined;
  const last = staleAt >= NEVER_STALE ? Number.POSITIVE_INFINITY : staleAt + staleWindow(policy);
  const end = Math.min(last, now + Math.ceil(timeToIdle));
  return end > expiresAt ? { staleAt, expiresAt: end } : undefined;
}
