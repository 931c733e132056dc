import { StepSweeper } from "@hitbox/core/tier";
import { committed } from "./committed.ts";
import { expiryRow, instantOf, keyOf } from "./expiry-row.ts";
import type { Store } from "./store.ts";

/** Longest that a sweep holds up the event loop at a time, in milliseconds, one entry over or so. */
const SLICE_MS = 3;
/** Most entries that one commit of a sweep removes: the longer it is, the longer other writes wait. */
const SLICE_ENTRIES = 256;

/** Removes expired entries, in slices between which everything else goes on. */
export class Sweeper extends StepSweeper {
  readonly #store: Store;

  constructor(store: Store, now: () => number) {
    const slices = new Slices(store, now);
    super(() => slices.sweep());
    this.#store = store;
  }

  override sweep(): Promise<void> {
    this.#store.freeDeadReaders();
    return super.sweep();
  }
}

class Slices {
  readonly #store: Store;
  readonly #now: () => number;

  constructor(store: Store, now: () => number) {
    this.#store = store;
    this.#now = now;
  }

  /** True if some may be left: time was up, or the disk has no room for more removals in one commit. */
  async sweep(): Promise<boolean> {
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
