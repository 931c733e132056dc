import { AsyncResource } from "node:async_hooks";

const OUTSIDE = new AsyncResource("hitbox.sqlite", { requireManualDestroy: true });

/**
 * Runs `work` outside of the caller's asynchronous context. Use it for all that outlives the operation that
 * began it: else a timer keeps the AsyncLocalStorage store of the first request alive for as long as itself.
 */
export function outside<T>(work: () => T): T {
  return OUTSIDE.runInAsyncScope(work);
}
