import type { CacheContext } from "@hitbox/core";

/** The same context, for a write that is not itself a refill. */
export function refillContext(context: CacheContext): CacheContext {
  return { ...context, readMode: "direct" };
}
