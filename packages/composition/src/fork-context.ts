import type { CacheContext } from "@hitbox/core";

/** A context for one of two tiers that are asked at once. Undefined where nobody asked for one. */
export function forkContext(context: CacheContext | undefined): CacheContext | undefined {
  return context && { ...context, status: "miss", source: "upstream", tiers: [] };
}

/** Tells the caller's context what a tier that has ended did; its status and source, where it gave the answer. */
export function joinContext(
  context: CacheContext | undefined,
  tier: CacheContext | undefined,
  role: "answered" | "asked",
): void {
  if (!context || !tier) return;
  context.tiers.push(...tier.tiers);
  if (role !== "answered") return;
  context.status = tier.status;
  context.source = tier.source;
}
