import { setTimeout as wait } from "node:timers/promises";

/**
 * Polls until `probe` gives true, for `limit` milliseconds at most. A probe that throws is one that gives
 * false.
 */
export async function until(what: string, probe: () => unknown, limit = 20_000): Promise<void> {
  const start = performance.now();
  for (;;) {
    try {
      if (await probe()) return;
    } catch (error) {
      if (performance.now() - start > limit) throw error;
    }
    if (performance.now() - start > limit) throw new Error(`not so within ${limit} ms: ${what}`);
    await wait(20);
  }
}
