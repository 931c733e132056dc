import type { CacheContext, Purpose } from "@hitbox/core";
import type { Kind } from "./order/queued-write.ts";

/**
 * Tells the context of a write that its tier was asked for, from now on, and that is never sent: refused with an error,
 * or skipped without.
 */
export function unsent(
  context: CacheContext,
  tier: string,
  kind: Kind,
  purpose: Purpose,
): (error?: unknown) => void {
  const start = performance.now();
  const operation = kind === "delete" ? "remove" : "write";
  return (error) => {
    const durationMs = performance.now() - start;
    const outcome = { tier, operation, purpose, durationMs } as const;
    context.tiers.push(
      error === undefined ? { ...outcome, status: "skipped" } : { ...outcome, status: "error", error },
    );
  };
}
