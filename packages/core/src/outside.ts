import { AsyncResource } from "node:async_hooks";

const OUTSIDE = new AsyncResource("hitbox", { requireManualDestroy: true });

/**
 * Runs `work` outside of the caller's asynchronous context. For all that outlives the operation that began
 * it: else a socket or a timer keeps the AsyncLocalStorage store of the first request alive for as long as
 * itself.
 *
 * @example
 * const timer = outside(() => setInterval(() => {}, 60_000).unref());
 */
export function outside<T>(work: () => T): T {
  return OUTSIDE.runInAsyncScope(work);
}
