import { outside } from "./outside.ts";

const LONGEST_TIMER_MS = 0x7fff_ffff;

/**
 * Calls `work` every `ms` milliseconds, outside of any caller's asynchronous context, until the function is
 * called that this returns. Keeps no process alive. `Infinity`: never. For an adapter that sweeps its store.
 *
 * @example
 * const stop = every(60_000, () => {});
 * stop();
 */
export function every(ms: number, work: () => void): () => void {
  if (ms === Number.POSITIVE_INFINITY) return () => {};
  const timer = outside(() => setInterval(work, Math.min(ms, LONGEST_TIMER_MS)).unref());
  return () => clearInterval(timer);
}
