import { type StatsFs, statfsSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { BackendError } from "@hitbox/core";

/** SQLite copies the WAL into the file when it has 1,000 pages. */
const WAL_BYTES = 1_000 * 4_096;
/** Room for what a small write adds besides its bytes, and for writes of other processes. */
const OVERHEAD_BYTES = 2 ** 15;
const RESERVE_BYTES = 2 ** 20;
const TRUSTED_MS = 250;

type StatsOf = (directory: string) => Pick<StatsFs, "bavail" | "blocks" | "bsize">;

/**
 * Refuses writes before the disk is full. A removal needs room in the WAL too, and so does the copy of the
 * WAL into the file. Without room for either, the file would never again take a write, or give one up.
 */
export class DiskRoom {
  readonly #path: string;
  readonly #statsOf: StatsOf;
  #room = 0;
  #reserve = 0;
  #measuredAt = Number.NEGATIVE_INFINITY;

  constructor(path: string, statsOf: StatsOf = statfsSync) {
    this.#path = path;
    this.#statsOf = statsOf;
  }

  /**
   * Notes a write. `freeBytes`: of unused pages within the file.
   *
   * @throws BackendError `unavailable` if the write would leave too little.
   */
  claim(bytes: number, freeBytes: () => number): void {
    // In the WAL, and then in the file.
    const cost = 2 * (bytes + OVERHEAD_BYTES);
    if (performance.now() - this.#measuredAt > TRUSTED_MS || cost > this.#room - this.#reserve)
      this.#measure();
    const fits = cost <= this.#room - this.#reserve || (cost <= freeBytes() && cost <= this.#room);
    if (!fits) throw full(this.#path);
    this.#room -= cost;
  }

  #measure(): void {
    const { bavail, blocks, bsize } = this.#statsOf(dirname(this.#path));
    const wal = statSync(`${this.#path}-wal`, { throwIfNoEntry: false })?.size ?? 0;
    // Some file systems do not say.
    this.#room = blocks === 0 ? Number.POSITIVE_INFINITY : bavail * bsize;
    this.#reserve = Math.max(wal, WAL_BYTES) + RESERVE_BYTES;
    this.#measuredAt = performance.now();
  }
}

function full(path: string): BackendError {
  return new BackendError(
    "unavailable",
    `the disk of ${path} has too little space left; free some, or remove entries`,
  );
}
