import { type CacheContext, type CacheValue, handOver, isPromise, type KeyLike } from "@hitbox/core";
import { type RefusedRefillMessage, refusedRefills } from "../channels.ts";
import type { Composed, OwnTiers } from "../composed.ts";
import type { ActiveKey } from "../order/key-activity.ts";
import { textOf } from "../text-of.ts";
import type { Refill } from "../tiers.ts";
import { refillContext } from "./refill-context.ts";

/** One read of L2, from its beginning until its answer is decided. L1 may be given that answer. */
export class L2Read implements Refill {
  private readonly composed: Composed;
  private readonly tiers: OwnTiers;
  private readonly key: KeyLike;
  private readonly context: CacheContext | undefined;
  private readonly active: ActiveKey;
  /** The changes of the key when the read began. */
  private readonly changes: number;

  constructor(composed: Composed, tiers: OwnTiers, key: KeyLike, context: CacheContext | undefined) {
    const active = composed.activity.beginRead(key);
    this.composed = composed;
    this.tiers = tiers;
    this.key = key;
    this.context = context;
    this.active = active;
    this.changes = active.changes;
  }

  offer(value: CacheValue<unknown>, known?: () => Promise<boolean>): void {
    const filled = known ? this.fillOnceKnown(value, known) : handOver(value, () => this.fill(value));
    if (filled !== undefined) this.leave(value, this.reading(filled));
  }

  end(): void {
    this.composed.activity.endRead(this.active);
  }

  private async fillOnceKnown(value: CacheValue<unknown>, known: () => Promise<boolean>): Promise<void> {
    if (await known()) await this.fill(value);
  }

  /** Puts the value into L1, if that is right. A refill that fails has no effect. */
  private fill(value: CacheValue<unknown>): Promise<void> | undefined {
    const refused = this.refusal(value);
    if (refused !== undefined) {
      this.tellRefused(refused);
      return undefined;
    }
    try {
      if (!this.composed.refill.refill(value, this.key)) return undefined;
      const context = this.context && refillContext(this.context);
      const filled = this.tiers.refills.set(this.key, value, context);
      return filled !== undefined && isPromise(filled) ? filled : undefined;
    } catch {
      return undefined;
    }
  }

  /** The reason if the value could replace a newer one, or is not fresh. */
  private refusal(value: CacheValue<unknown>): RefusedRefillMessage["why"] | undefined {
    const { activity, now } = this.composed;
    // A change that was under way when the read began has ended since, which counts, or is under way now.
    const isUnderWay = this.active.writers > 0 || activity.clears > 0;
    if (isUnderWay || this.changes !== this.active.changes) return "changed";
    // Nor of a tier below that is behind: it has no mark in L1.
    if (value.isBehind || this.tiers.l2.mayBeOutdated(this.key, value)) return "outdated";
    const { staleAt = Number.POSITIVE_INFINITY, expiresAt = Number.POSITIVE_INFINITY } = value;
    return Math.min(staleAt, expiresAt) <= now() ? "stale" : undefined;
  }

  private tellRefused(why: RefusedRefillMessage["why"]): void {
    if (!refusedRefills.hasSubscribers) return;
    const key = textOf(this.key);
    refusedRefills.publish({ composition: this.composed.label, key, why } satisfies RefusedRefillMessage);
  }

  /** Until the refill has ended the read is under way, even after `end`. */
  private async reading(filled: Promise<void>): Promise<void> {
    this.active.readers++;
    try {
      await filled;
    } catch {
      // A tier reports its failure itself.
    } finally {
      this.end();
    }
  }

  /** The caller does not wait for a refill. A close does, if the offload has room. */
  private leave(value: CacheValue<unknown>, refill: Promise<void>): void {
    const { l1 } = this.tiers;
    const run = (signal: AbortSignal): Promise<void> => {
      const giveUp = (): void => l1.giveUp(this.key, signal.reason, value);
      signal.addEventListener("abort", giveUp, { once: true });
      return refill;
    };
    this.composed.offload.register({ kind: "refill", run });
  }
}
