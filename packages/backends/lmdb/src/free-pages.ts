/** Pages for the list of all the pages that a clear leaves, as a part of all pages: 8 bytes for each. */
const LIST_PART = 512;
const TREE_PAGES = 8;

/** Free pages within a store's file, as claims take them. */
export class FreePages {
  readonly #runs: number[];
  readonly #pageSize: number;
  #count: number;

  /**
   * `runs`: the pages of each run, ascending. Some are kept for removals, so that a clear of a full store
   * does not make the file grow.
   */
  constructor(runs: readonly number[], pages: number, pageSize: number) {
    const kept = 2 * TREE_PAGES + Math.ceil(pages / LIST_PART);
    const longest = (runs.at(-1) ?? 0) - kept;
    this.#runs = [...runs.slice(0, -1), longest].sort((one, other) => one - other);
    this.#pageSize = pageSize;
    this.#count = runs.reduce((sum, count) => sum + count, 0) - 2 * kept;
  }

  /** Takes the pages of an entry; false if there are too few. LMDB keeps a large entry in adjacent pages. */
  take(bytes: number): boolean {
    const row = bytes > this.#pageSize / 4 ? Math.ceil(bytes / this.#pageSize) + 1 : 0;
    const at = this.#runs.findIndex((count) => count >= row);
    if (row + TREE_PAGES > this.#count || at < 0) return false;
    this.#runs[at] = (this.#runs[at] as number) - row;
    this.#count -= row + TREE_PAGES;
    return true;
  }

  /** True if that many bytes fit into single pages. */
  has(bytes: number): boolean {
    return bytes <= this.#count * this.#pageSize;
  }
}
