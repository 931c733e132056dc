import { setImmediate as nextTurn } from "node:timers/promises";
import { every } from "@hitbox/core";
import { committed } from "./committed.ts";
import { expiryRow, instantOf, keyOf } from "./expiry-row.ts";
import type { Store } from "./store.ts";

/** Longest that a sweep holds up the event loop at a time, in milliseconds, one entry over or so. */
const SLICE_MS = 3;
/** Most entries that one commit of a sweep removes: the longer it is, the longer other writes wait. */
const SLICE_ENTRIES = 256;

/** Removes expired entries, in slices between which everything else goes on. */
export class Sweeper {
  readonly #store: Store;
  readonly #now: () => number;
  #end: (() => void) | undefined;
  #sweep: Promise<void> | undefined;
  #slice: Promise<boolean> | undefined;
  #isStopped = false;

  constructor(store: Store, now: () => number) {
    this.#store = store;
    this.#now = now;
  }

  /** Keeps nothing alive. One sweep at a time: an interval that ends during a sweep is skipped. */
  start(interval: number): void {
    this.#end = every(interval, () => void this.sweep());
  }

  /** The sweep that is under way, or a new one. Never rejects: what could not be removed is left to the next. */
  sweep(): Promise<void> {
    this.#sweep ??= this.#run().then(this.#ended, this.#ended);
    return this.#sweep;
  }

  /** Waits for the slice that is under way, and not for the turns between slices: they hold no process up. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#end?.();
    await this.#slice?.catch(() => undefined);
  }

  readonly #ended = (): void => {
    this.#sweep = undefined;
  };

  async #run(): Promise<void> {
    this.#store.freeDeadReaders();
    while (!this.#isStopped) {
      this.#slice = this.#sweepSlice();
      if (!(await this.#slice)) return;
      await nextTurn(undefined, { ref: false });
    }
  }

  /** True if some may be left: time was up, or the disk has no room for more removals in one commit. */
  async #sweepSlice(): Promise<boolean> {
    const deadline = performance.now() + SLICE_MS;
    const removals: Promise<unknown>[] = [];
    let isLeft = false;
    for (const row of this.#store.expiries.getKeys({ end: expiryRow(this.#now() + 1) })) {
      const removal = this.#removed(row);
      if (removal) removals.push(removal);
      isLeft = !removal || removals.length === SLICE_ENTRIES || performance.now() >= deadline;
      if (isLeft) break;
    }
    return (await this.#settled(removals)) && isLeft;
  }

  /** Queues the removal of a row and its entry; undefined without room for them. */
  #removed(row: Buffer): Promise<unknown> | undefined {
    const { entries, expiries, space } = this.#store;
    const release = space.claimRemoval();
    // Only if the entry still has this expiry: one that was written since, by any process, stays.
    const queued = release && committed(entries.remove(keyOf(row), instantOf(row)), expiries.remove(row));
    return queued?.finally(release);
  }

  /** Waits for the commits that a further slice needs; false if there are none, so that nothing makes room. */
  async #settled(removals: readonly Promise<unknown>[]): Promise<boolean> {
    const { claims } = this.#store.space;
    const isHope = removals.length > 0 || !claims.isIdle;
    await (removals.length > 0 ? Promise.all(removals) : claims.idle());
    return isHope;
  }
}
