import { closeSync, fstatSync, openSync } from "node:fs";
import { newestState } from "./data-file.ts";
import { freeRuns } from "./free-list.ts";

const BLOCK_BYTES = 512;

/** Room within a store's file. */
export class FileSpace {
  readonly state: bigint;
  readonly pageSize: number;
  /** Pages up to the last one that was ever used. */
  readonly pages: number;
  /** Bytes that the file has on the disk behind its last page: a commit that failed leaves some. */
  readonly tail: number;
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
    const { state, held } = opened(file, (descriptor) => ({
      state: newestState(descriptor),
      // Not the size: a file with holes needs the disk once they are written to.
      held: fstatSync(descriptor).blocks * BLOCK_BYTES,
    }));
    this.state = state?.transaction ?? 0n;
    this.pageSize = state?.pageSize || 4_096;
    this.pages = Number(state?.lastPage ?? 0n) + 1;
    this.tail = Math.max(0, held - this.pages * this.pageSize);
  }

  /** The pages of each free run, ascending; none if the list cannot be read. */
  runs(oldest: bigint): number[] {
    try {
      const runs = opened(this.#file, (descriptor) => freeRuns(descriptor, oldest));
      return runs.map(({ count }) => count).sort((one, other) => one - other);
    } catch (error) {
      if (error instanceof RangeError) return [];
      throw error;
    }
  }
}

function opened<T>(file: string, use: (descriptor: number) => T): T {
  const descriptor = openSync(file, "r");
  try {
    return use(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
