import { newestState, read } from "./data-file.ts";
import { Page } from "./page.ts";

/** LMDB loads about as many entries of its list, and takes pages behind the last one for the rest. */
const MOST_ENTRIES = 50_000;
const ENTRY_BYTES = 8;

/** Adjacent free pages. */
export interface Run {
  readonly page: number;
  readonly count: number;
}

/**
 * The free pages of an LMDB file that a writer can use while `oldest` is the oldest state that is being read.
 *
 * Empty if another process has committed meanwhile, as pages of the list may have been written anew. Throws a
 * RangeError for a list that makes no sense.
 */
export function freeRuns(descriptor: number, oldest: bigint): Run[] {
  const state = newestState(descriptor);
  if (state?.free.root === undefined) return [];
  // LMDB itself takes the newest state for one that may be read.
  const oldestKept = oldest < state.transaction ? oldest : state.transaction;
  const list = new FreeList(descriptor, state.pageSize, oldestKept);
  list.read(Number(state.free.root), state.free.depth);
  return newestState(descriptor)?.transaction === state.transaction ? joined(list.runs) : [];
}

/** The tree of free pages: lists by the transaction that has left them. Reads the newest lists first. */
class FreeList {
  readonly runs: Run[] = [];
  readonly #descriptor: number;
  readonly #pageSize: number;
  readonly #oldest: bigint;

  constructor(descriptor: number, pageSize: number, oldest: bigint) {
    this.#descriptor = descriptor;
    this.#pageSize = pageSize;
    this.#oldest = oldest;
  }

  read(number: number, depth: number): void {
    const bytes = this.#bytes(number * this.#pageSize, this.#pageSize);
    const page = new Page(bytes);
    if (page.number !== BigInt(number) || page.isLeaf !== (depth === 1)) throw new RangeError("page changed");
    for (const node of page.nodes.reverse()) {
      if (this.runs.length > MOST_ENTRIES) return;
      if (!page.isLeaf) this.read(page.child(node), depth - 1);
      else if (page.key(node) < this.#oldest) this.#readList(page, node, bytes);
    }
  }

  #readList(page: Page, node: number, bytes: Uint8Array): void {
    const { start, size, page: other } = page.data(node);
    const length = Math.min(size, MOST_ENTRIES * ENTRY_BYTES);
    const list =
      other === undefined
        ? bytes.slice(start, start + length)
        : this.#bytes(other * this.#pageSize + start, length);
    this.#add(new BigInt64Array(list.buffer, 0, list.byteLength / ENTRY_BYTES));
  }

  /** The length of a list comes first. A negative entry counts pages, the next one is the first of them. */
  #add(list: BigInt64Array): void {
    const end = Math.min(list.length, Number(list[0] ?? 0n) + 1);
    for (let at = 1; at < end; at++) {
      const entry = Number(list[at]);
      if (entry > 0) this.runs.push({ page: entry, count: 1 });
      if (entry < 0 && at + 1 < end) this.runs.push({ page: Number(list[++at]), count: -entry });
    }
  }

  #bytes(position: number, length: number): Uint8Array<ArrayBuffer> {
    const bytes = read(this.#descriptor, position, length);
    if (bytes === undefined) throw new RangeError("behind the end of the file");
    return bytes;
  }
}

/** Lists of several transactions can have parts of one run. */
function joined(runs: readonly Run[]): Run[] {
  const all: { page: number; count: number }[] = [];
  for (const { page, count } of runs.toSorted((one, other) => one.page - other.page)) {
    const last = all.at(-1);
    if (last && last.page + last.count === page) last.count += count;
    else all.push({ page, count });
  }
  return all;
}
