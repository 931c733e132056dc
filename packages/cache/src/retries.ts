import type { MaybePromise } from "@hitbox/core";
import { publish, type RetryMessage } from "./channels.ts";

/** Most removals that wait; the longest waiting is abandoned for a new one. */
const MOST_WAITING = 10_000;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

/** A removal that has failed. Times are epoch milliseconds. */
export interface Removal {
  /** What was asked for later than this is not meant. */
  readonly at: number;
  /** When nothing that is meant can be there any more. */
  readonly until: number;
  /** `isWanted`: whether a newer change of the key has not made it pointless meanwhile. */
  run(isWanted: () => boolean): MaybePromise<unknown>;
  /** Called where it is not going to be done. */
  abandon?(): void;
}

/**
 * Deletes and invalidations that could not reach a tier, tried again, with longer and longer pauses, until they do, or
 * until what they were for must have expired. One for each key, the newest. They do not keep a process alive.
 */
export class Retries {
  readonly #label: string;
  readonly #now: () => number;
  readonly #waiting = new Map<string, Removal>();
  #timer: NodeJS.Timeout | undefined;
  #pause = FIRST_PAUSE_MS;
  #isClosed = false;

  constructor(label: string, now: () => number) {
    this.#label = label;
    this.#now = now;
  }

  get isAnyDoomed(): boolean {
    return this.#waiting.size > 0;
  }

  /** The latest time at which an entry may have been asked for that is to be removed; -1 where none is. */
  doomedUntil(key: string): number {
    return this.#waiting.size === 0 ? -1 : (this.#waiting.get(key)?.at ?? -1);
  }

  /** Whether an entry that was asked for at `createdAt` is to be removed. */
  isDoomed(key: string, createdAt: number): boolean {
    return this.doomedUntil(key) >= createdAt;
  }

  add(key: string, removal: Removal, error: unknown): void {
    if (this.#isClosed || (this.#waiting.get(key)?.at ?? -1) > removal.at) return;
    this.#waiting.delete(key);
    this.#waiting.set(key, removal);
    this.#report(key, "waiting", error);
    if (this.#waiting.size > MOST_WAITING) this.#abandonOldest(error);
    this.#arm();
  }

  /** The key has been set or deleted everywhere since: what waits for it has nothing left to do. */
  settle(key: string): void {
    if (this.#waiting.size > 0 && this.#waiting.has(key)) this.#end(key, "done");
  }

  /** Tries them once more, until one fails, and gives up what is left. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#tryAll();
    for (const key of this.#waiting.keys()) this.#end(key, "abandoned");
  }

  #arm(): void {
    this.#timer ??= setTimeout(() => void this.#round(), this.#pause).unref();
  }

  async #round(): Promise<void> {
    const before = this.#waiting.size;
    await this.#tryAll();
    this.#timer = undefined;
    const isBetter = this.#waiting.size < before;
    this.#pause = isBetter ? FIRST_PAUSE_MS : Math.min(2 * this.#pause, LONGEST_PAUSE_MS);
    if (this.#waiting.size > 0 && !this.#isClosed) this.#arm();
  }

  // One after the other: after an outage the store is not to meet them all at once. The first failure ends a round, and
  // the next begins with another key, so that one that fails for its own reasons does not hold up the rest.
  async #tryAll(): Promise<void> {
    for (const [key, waiting] of [...this.#waiting]) {
      if (this.#waiting.get(key) !== waiting) continue;
      if (waiting.until <= this.#now()) this.#end(key, "abandoned");
      else if (!(await this.#try(key, waiting))) return;
    }
  }

  async #try(key: string, waiting: Removal): Promise<boolean> {
    const isWanted = (): boolean => this.#waiting.get(key) === waiting;
    try {
      await waiting.run(isWanted);
    } catch {
      if (!isWanted()) return false;
      this.#waiting.delete(key);
      this.#waiting.set(key, waiting);
      return false;
    }
    if (isWanted()) this.#end(key, "done");
    return true;
  }

  #abandonOldest(error: unknown): void {
    const [oldest] = this.#waiting.keys();
    if (oldest !== undefined) this.#end(oldest, "abandoned", error);
  }

  #end(key: string, state: "done" | "abandoned", error?: unknown): void {
    const waiting = this.#waiting.get(key);
    this.#waiting.delete(key);
    if (state === "abandoned") waiting?.abandon?.();
    this.#report(key, state, error);
  }

  #report(key: string, state: RetryMessage["state"], error: unknown): void {
    publish("retry", () => ({ cache: this.#label, key, state, error }));
  }
}
