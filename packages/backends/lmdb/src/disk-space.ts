import { statfsSync } from "node:fs";
import { BackendError } from "@hitbox/core";

const MIB = 1024 * 1024;
/** Kept free, or a tenth of a small disk: LMDB needs some pages to remove an entry, too. */
const RESERVE_BYTES = 16 * MIB;
/** Pages that a small entry can make LMDB write anew, in bytes. */
const OVERHEAD_BYTES = 32_768;
const TRUSTED_MS = 250;

/**
 * Refuses writes before the disk is full. LMDB must not find out by itself: it could not remove anything any more,
 * and lmdb up to 3.5 can damage the process's memory when a page cannot be written.
 */
export class DiskSpace {
  readonly #path: string;
  #left = 0;
  #measuredAt = Number.NEGATIVE_INFINITY;

  constructor(path: string) {
    this.#path = path;
  }

  /** @throws BackendError `unavailable` where writing that many bytes would leave too little. */
  claim(bytes: number): void {
    const cost = bytes + OVERHEAD_BYTES;
    if (cost > this.#left || performance.now() - this.#measuredAt > TRUSTED_MS) this.#measure();
    if (cost > this.#left)
      throw new BackendError("unavailable", `the disk of ${this.#path} has too little space left`);
    this.#left -= cost;
  }

  #measure(): void {
    const { bavail, blocks, bsize } = statfsSync(this.#path);
    const reserve = Math.min(RESERVE_BYTES, (blocks * bsize) / 10);
    // Some file systems do not say.
    this.#left = blocks === 0 ? Number.POSITIVE_INFINITY : bavail * bsize - reserve;
    this.#measuredAt = performance.now();
  }
}
