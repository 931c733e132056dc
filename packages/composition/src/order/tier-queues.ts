import { type CacheValue, type Clock, systemClock } from "@hitbox/core";
import { KeyFingerprints } from "./key-fingerprints.ts";
import type { KeyQueue, QueueTier } from "./key-queue.ts";

/** Most keys in doubt that are remembered: 1 MiB. */
const MOST_IN_DOUBT = 65_536;

/** `first, composed`: a composition, which may have doubts of its own. */
export type Position = "first" | "first, composed" | "second";

/** The operations under way in a tier, and its failed ones; shared by all views of its composition. */
export class TierQueues implements QueueTier {
  readonly byKey: Map<string, KeyQueue> = new Map();
  clearing: Promise<void> | undefined;
  /** True if reads need nothing but the writes under way to be looked at. Every hit reads it. */
  isPlain = true;
  readonly #now: Clock;
  readonly #position: Position;
  /** True if the last write of some key failed, or a clear: the tier may hold something old. */
  hasDoubts = false;
  /** Keys whose last write failed: the tier may hold an older value than others do. */
  readonly #inDoubt = new KeyFingerprints(MOST_IN_DOUBT);
  /**
   * Entries created by then are in doubt, whatever their keys: a failed clear should have removed them, or
   * their key is not remembered any more.
   */
  #doubtfulUntil = Number.NEGATIVE_INFINITY;
  #trust: "trusted" | "behind" | "bypassed" = "trusted";
  readonly #elapsed: () => number;
  /** When the tier has been behind for long enough, by a clock that is not set. */
  #behindUntil = Number.NEGATIVE_INFINITY;

  constructor(now: Clock, position: Position) {
    this.#now = now;
    this.#elapsed = now === systemClock || now === Date.now ? () => performance.now() : now;
    this.#position = position;
    this.#update();
  }

  /** The tier is neither read nor written: see `Coherence`. */
  get isBypassed(): boolean {
    if (this.#trust === "behind" && this.#elapsed() >= this.#behindUntil) this.#trust = "bypassed";
    return this.#trust === "bypassed";
  }

  /** The tier is read and written, and its answers may be older than others' writes. */
  get isBehind(): boolean {
    return this.#trust === "behind" && !this.isBypassed;
  }

  bypass(): void {
    this.#trust = "bypassed";
    this.#update();
  }

  /** From now on changes are not heard: for `ms` milliseconds the tier is behind, then it is bypassed. */
  fallBehind(ms: number): void {
    if (this.#trust !== "trusted") return;
    this.#trust = ms > 0 ? "behind" : "bypassed";
    this.#behindUntil = this.#elapsed() + ms;
    this.#update();
  }

  resume(): void {
    this.#trust = "trusted";
    this.#update();
  }

  /** True if the tier may hold an older value of the key, or an older one than `entry`, than was written. */
  mayBeOutdated(text: string, entry: CacheValue<unknown> | undefined): boolean {
    if (this.#inDoubt.size > 0 && this.#inDoubt.has(text)) return true;
    return entry !== undefined && entry.createdAt <= this.#doubtfulUntil;
  }

  /** True if the tier does not answer with entries in doubt: the second may have newer ones. */
  get isFirst(): boolean {
    return this.#position !== "second";
  }

  doubt(text: string): void {
    if (!this.#inDoubt.add(text)) this.#doubtByAge();
    this.#update();
  }

  doubtAll(): void {
    this.#doubtfulUntil = Math.max(this.#doubtfulUntil, this.#now());
    this.#update();
  }

  trust(text: string): void {
    if (this.#inDoubt.delete(text)) this.#update();
  }

  trustAll(): void {
    this.#doubtfulUntil = Number.NEGATIVE_INFINITY;
    this.#inDoubt.clear();
    this.#update();
  }

  /** Too many keys to remember: from now on it is the age of an entry that tells. */
  #doubtByAge(): void {
    this.#inDoubt.clear();
    this.doubtAll();
  }

  #update(): void {
    this.hasDoubts = this.#inDoubt.size > 0 || this.#doubtfulUntil !== Number.NEGATIVE_INFINITY;
    const isCertain = this.#position === "second" || (this.#position === "first" && !this.hasDoubts);
    this.isPlain = isCertain && this.#trust === "trusted";
  }
}
