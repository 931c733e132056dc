import type { CacheContext } from "@hitbox/core";

/**
 * A context for one of two tiers that are asked at once: outcomes go to the caller's as the tiers finish, even
 * after the caller has been answered. Undefined if the caller asked for none.
 */
export function forkContext(context: CacheContext | undefined): CacheContext | undefined {
  return context && { ...context, status: "miss", source: "upstream" };
}

/** Tells the caller's context which tier gave the answer. */
export function answerFrom(context: CacheContext | undefined, tier: CacheContext | undefined): void {
  if (!context || !tier) return;
  context.status = tier.status;
  context.source = tier.source;
}
