import type { Purpose } from "./purpose.ts";

/** The part of one tier in one operation. */
export interface TierOutcome {
  /** Label path, such as `memory>redis.memory`. */
  readonly tier: string;
  readonly operation: "read" | "write" | "remove";
  /** The reason of the operation. */
  readonly purpose: Purpose;
  /**
   * Reads end in `hit` or `miss`, writes and removes in `ok`; all of them may end in `error`. A `skipped`
   * write was not sent: the value came from that tier, or a later write of the key took its place.
   */
  readonly status: "hit" | "miss" | "ok" | "error" | "skipped";
  readonly durationMs: number;
  readonly error?: unknown;
}

/**
 * Explains one operation: pass a fresh context, which is filled in while the operation runs. A call without a
 * context allocates nothing for this.
 */
export interface CacheContext {
  /** `miss` until a backend answers. */
  status: "miss" | "hit" | "stale";
  /** Label path of the tier that answered; `upstream` until a tier does. */
  source: string;
  /**
   * `refill`: the value came from this backend. A single store's `set` does nothing; a composition fills its
   * first tier.
   */
  readonly readMode: "direct" | "refill";
  /**
   * One outcome for each tier that was asked, in the order in which the tiers finished. Work that goes on
   * after the caller has been answered (the loser of a race, a write-behind, a refill) is added when it ends.
   */
  readonly tiers: TierOutcome[];
}

/** A context for one operation. */
export function cacheContext(readMode: CacheContext["readMode"] = "direct"): CacheContext {
  return { status: "miss", source: "upstream", readMode, tiers: [] };
}
