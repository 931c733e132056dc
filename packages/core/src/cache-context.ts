/** What one tier did for one operation. */
export interface TierOutcome {
  /** Label path, such as `composition.memory`. */
  readonly tier: string;
  readonly operation: "read" | "write" | "remove";
  /**
   * Reads end in `hit` or `miss`, writes and removes in `ok`; any may end in `error`. `skipped` is a write that the tier
   * was asked for and that was not sent: the value came from there, or a later write of the key took its place.
   */
  readonly status: "hit" | "miss" | "ok" | "error" | "skipped";
  readonly durationMs: number;
  readonly error?: unknown;
}

/**
 * Filled in while an operation runs: pass a fresh one to a call that should explain itself. A call without
 * a context allocates nothing for this.
 */
export interface CacheContext {
  /** `miss` until a backend answers. */
  status: "miss" | "hit" | "stale";
  /** Label path of the tier that answered; `upstream` until one does. */
  source: string;
  /** `refill`: the value came from this backend, so a leaf's `set` does nothing and a composition fills its first tier. */
  readonly readMode: "direct" | "refill";
  /**
   * One entry for each tier that was asked, in the order in which they finished; a tier that nobody asked has none. What
   * goes on when the caller has been answered (the loser of a race, a write-behind, a refill) is added when it ends.
   */
  readonly tiers: TierOutcome[];
}

/** A context for one operation. */
export function cacheContext(readMode: CacheContext["readMode"] = "direct"): CacheContext {
  return { status: "miss", source: "upstream", readMode, tiers: [] };
}
