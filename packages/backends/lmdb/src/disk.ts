import { statfsSync } from "node:fs";

/** How long the file system is not believed after a commit that it should have had room for. */
const DISTRUST_MS = 10_000;

/** The free space of the disk that a directory is on. */
export class Disk {
  readonly #directory: string;
  #distrustedUntil = Number.NEGATIVE_INFINITY;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /**
   * Notes that a commit has failed for want of room. A quota or a limit of the process does not show in the
   * free space of the disk, so that none counts for a while.
   */
  overestimated(): void {
    this.#distrustedUntil = performance.now() + DISTRUST_MS;
  }

  measure(): { readonly free: number; readonly size: number } {
    const { bavail, blocks, bsize } = statfsSync(this.#directory);
    const size = blocks * bsize;
    if (performance.now() < this.#distrustedUntil) return { free: 0, size };
    // Some file systems do not say.
    return { free: blocks === 0 ? Number.POSITIVE_INFINITY : bavail * bsize, size };
  }
}
