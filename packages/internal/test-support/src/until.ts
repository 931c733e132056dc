import { setTimeout as wait } from "node:timers/promises";

/** Milliseconds after which a test gives up, on a busy machine too. */
const LIMIT = 30_000;

/** Polls until `probe` gives true. Resolves with the milliseconds that took. */
export async function until(probe: () => unknown, limit: number = LIMIT): Promise<number> {
  const start = performance.now();
  while (!(await probe())) {
    if (performance.now() - start > limit) throw new Error(`not so within ${limit} ms`);
    await wait(5);
  }
  return performance.now() - start;
}

/** Makes a probe for `until`, which tells whether an operation succeeds. */
export function succeeds(run: () => unknown): () => Promise<boolean> {
  return async () => {
    try {
      await run();
      return true;
    } catch {
      return false;
    }
  };
}
