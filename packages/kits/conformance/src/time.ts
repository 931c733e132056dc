import { setTimeout as sleep } from "node:timers/promises";

/** Resolves at the first look at the clock that shows `instant` (epoch milliseconds) or later. */
export async function until(instant: number): Promise<void> {
  // A timer may fire a millisecond early.
  while (Date.now() < instant) await sleep(instant - Date.now());
}

/**
 * Milliseconds that a store may be late in dropping an entry: it is handed a time to live, which starts to
 * run when it arrives there. Nobody may read the entry in that time, but a delete may still find it.
 */
export const STORE_LAG_MS = 50;

/**
 * Resolves when a store must have dropped an entry that was written just now with this end. The store is
 * handed a time to live, which ran from the arrival of the write: at the latest from now.
 */
export async function untilDropped(expiresAt: number, life: number): Promise<void> {
  await until(Math.max(expiresAt, Date.now() + life) + STORE_LAG_MS);
}

/** `pending`, or a failure when it has not settled in time: a hang would only tell which case it was. */
export async function withinSeconds<T>(seconds: number, what: string, pending: Promise<T>): Promise<T> {
  const timer = new AbortController();
  const late = sleep(seconds * 1_000, undefined, { signal: timer.signal }).then(() => {
    throw new Error(`${what} had not settled after ${seconds} s`);
  });
  late.catch(() => undefined);
  try {
    return await Promise.race([pending, late]);
  } finally {
    timer.abort();
  }
}
