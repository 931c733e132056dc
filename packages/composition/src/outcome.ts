import type { CacheContext } from "@hitbox/core";
import type { Kind } from "./order/queued-write.ts";

/**
 * Tells the context of a write that its tier was asked for, from now on, and that is never sent: refused with an error,
 * or skipped without.
 */
export function unsent(context: CacheContext, tier: string, kind: Kind): (error?: unknown) => void {
  const start = performance.now();
  const operation = kind === "delete" ? "remove" : "write";
  return (error) => {
    const durationMs = performance.now() - start;
    if (error === undefined) context.tiers.push({ tier, operation, status: "skipped", durationMs });
    else context.tiers.push({ tier, operation, status: "error", durationMs, error });
  };
}
