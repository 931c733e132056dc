import type { Database } from "lmdb";

/** Page counts of one tree, as lmdb gives them. */
interface TreeStats {
  readonly treeBranchPageCount: number;
  readonly treeLeafPageCount: number;
  readonly overflowPages: number;
}

interface Stats extends TreeStats {
  readonly root: TreeStats & { readonly pageSize: number };
  readonly free: TreeStats;
  readonly lastPageNumber: number;
}

const META_PAGES = 2;

/**
 * Bytes of the pages within a store's file that nothing uses. `databases`: all that the file has. A reader of
 * an older
 * state may still hold some of them.
 */
export function freeBytes(databases: readonly Pick<Database, "getStats">[]): number {
  const stats = databases.map((database) => database.getStats() as Stats);
  const [one] = stats;
  if (one === undefined) return 0;
  const used = [one.root, one.free, ...stats].reduce((sum, tree) => sum + pagesOf(tree), META_PAGES);
  return Math.max(0, one.lastPageNumber + 1 - used) * one.root.pageSize;
}

function pagesOf({ treeBranchPageCount, treeLeafPageCount, overflowPages }: TreeStats): number {
  return treeBranchPageCount + treeLeafPageCount + overflowPages;
}
