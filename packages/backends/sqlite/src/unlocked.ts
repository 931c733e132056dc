import { setTimeout as wait } from "node:timers/promises";
import { isBusy } from "./classify.ts";

/** Longest pause before a lock is tried again, in milliseconds. */
const LONGEST_PAUSE_MS = 20;

/**
 * Runs `work` again, which another connection's lock has made fail with `first`: for `ms` milliseconds while
 * the lock is there. SQLite's own way, its busy handler, would hold up the event loop meanwhile.
 */
export async function unlocked<T>(ms: number, work: () => T, first: unknown): Promise<T> {
  const deadline = performance.now() + ms;
  let error = first;
  for (let most = 1; performance.now() < deadline; most = Math.min(2 * most, LONGEST_PAUSE_MS)) {
    // At random, so that two processes do not meet again and again.
    await wait(Math.ceil(Math.random() * most));
    try {
      return work();
    } catch (again) {
      if (!isBusy(again)) throw again;
      error = again;
    }
  }
  throw error;
}
