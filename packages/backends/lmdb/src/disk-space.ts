import { statfsSync } from "node:fs";
import { BackendError } from "@hitbox/core";

const MIB = 1024 * 1024;
/** Bytes to keep free, or a tenth of a small disk: LMDB needs some pages to remove an entry, too. */
const RESERVE_BYTES = 16 * MIB;
/** Bytes of pages that a small entry can make LMDB write anew. */
const OVERHEAD_BYTES = 32_768;
const TRUSTED_MS = 250;

/**
 * Refuses writes before the disk is full. LMDB must not find out by itself: it could not remove anything any
 * more,
 * and lmdb up to 3.5 can damage the process's memory when a page cannot be written.
 */
export class DiskSpace {
  readonly #path: string;
  readonly #reusable: () => number;
  #left = 0;
  #measuredAt = Number.NEGATIVE_INFINITY;

  /** `reusable` counts the bytes of free pages within the store's own file. */
  constructor(path: string, reusable: () => number) {
    this.#path = path;
    this.#reusable = reusable;
  }

  /** @throws BackendError `unavailable` if writing that many bytes would leave too little. */
  claim(bytes: number): void {
    const cost = bytes + OVERHEAD_BYTES;
    if (cost > this.#left || performance.now() - this.#measuredAt > TRUSTED_MS) this.#measure(cost);
    if (cost > this.#left)
      throw new BackendError("unavailable", `the disk of ${this.#path} has too little space left`);
    this.#left -= cost;
  }

  #measure(cost: number): void {
    const { bavail, blocks, bsize } = statfsSync(this.#path);
    this.#measuredAt = performance.now();
    // Some file systems do not say.
    this.#left = blocks === 0 ? Number.POSITIVE_INFINITY : this.#leftOf(bavail * bsize, blocks * bsize, cost);
  }

  #leftOf(free: number, size: number, cost: number): number {
    const reserve = Math.min(RESERVE_BYTES, size / 10);
    const left = Math.max(0, free - reserve);
    if (cost <= left || free < reserve / 2) return left;
    // Free pages may lie scattered, where a large entry needs a row of them; LMDB then makes the file grow
    // after all.
    // So half of the pages count, and half of the reserve has to be there.
    return left + this.#reusable() / 2;
  }
}
