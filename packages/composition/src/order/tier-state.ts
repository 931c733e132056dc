import type { Clock } from "@hitbox/core";
import type { KeyQueue, QueueTier } from "./key-queue.ts";

/** Most keys in doubt that are remembered; the longest known is forgotten first. */
const MOST_IN_DOUBT = 100_000;

/** The writes under way in a tier, and the failures in it; shared by all views of its composition. */
export class TierState implements QueueTier {
  readonly now: Clock;
  readonly byKey: Map<string, KeyQueue> = new Map();
  /** Keys whose last write failed: the tier may hold an older value than others do. */
  readonly inDoubt: Set<string> = new Set();
  clearing: Promise<void> | undefined;
  /** The tier is neither read nor written: see `Coherence`. */
  isAside = false;
  /** When the last clear failed: an entry that was created by then may be one that was to go. */
  unclearedAt: number = Number.NEGATIVE_INFINITY;

  constructor(now: Clock) {
    this.now = now;
  }

  /** A write of the key has failed, or was not sent. */
  doubt(key: string): void {
    const { inDoubt } = this;
    if (inDoubt.size >= MOST_IN_DOUBT) for (const oldest of inDoubt) if (inDoubt.delete(oldest)) break;
    inDoubt.add(key);
  }

  /**
   * A write of the key has succeeded with `result`. A write that was refused or dropped meanwhile is newer,
   * and a refused fenced set, false, has changed nothing.
   */
  trust(key: string, result: unknown): void {
    if (result !== false && !this.byKey.get(key)?.isBehind) this.inDoubt.delete(key);
  }
}
