import { fstatSync, readSync } from "node:fs";
import { DAMAGED, FOREIGN, META_BYTES, MetaPage, type Tree } from "./meta-page.ts";

const HEADER_BYTES = 24;
const IN_HEADER = { page: 0, kind: 18, lower: 20, upper: 22 };
const BRANCH = 1;
const LEAF = 2;
const LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/**
 * A phrase that says what is wrong with an LMDB file; undefined if nothing is. An empty file is a store to be
 * made. A file starts with two meta pages. lmdb keeps a third meta, of the state that is known to be on the
 * disk, in the second half of the first page.
 */
export function problemOf(descriptor: number): string | undefined {
  if (fstatSync(descriptor).size === 0) return undefined;
  const first = metaAt(descriptor, 0);
  const problem =
    first === undefined ? FOREIGN : (first.headProblem ?? (first.hasPageSize ? undefined : DAMAGED));
  if (first === undefined || problem !== undefined) return problem;
  const [flushed, second] = [metaAt(descriptor, first.pageSize / 2), metaAt(descriptor, first.pageSize)];
  if (second === undefined || second.headProblem !== undefined) return FOREIGN;
  return problemOfStates(descriptor, [first, second, ...(flushed?.transaction ? [flushed] : [])]);
}

function problemOfStates(descriptor: number, metas: readonly MetaPage[]): string | undefined {
  // After the meta pages: other processes may make the file grow meanwhile.
  const { size } = fstatSync(descriptor);
  for (const meta of metas) {
    const problem = meta.pageSize === metas[0]?.pageSize ? meta.problemIn(size) : DAMAGED;
    if (problem !== undefined) return problem;
  }
  const newest = metas.reduce((one, other) => (other.transaction > one.transaction ? other : one));
  return [newest.free, newest.main].every((tree) => isRoot(descriptor, tree, newest.pageSize))
    ? undefined
    : DAMAGED;
}

/** The newest of the two states that a sound file has; undefined if it has none yet. */
export function newestState(descriptor: number): MetaPage | undefined {
  const first = metaAt(descriptor, 0);
  const second = first?.hasPageSize ? metaAt(descriptor, first.pageSize) : undefined;
  return first && second && second.transaction > first.transaction ? second : first;
}

function metaAt(descriptor: number, position: number): MetaPage | undefined {
  const bytes = read(descriptor, position, META_BYTES);
  return bytes && new MetaPage(bytes);
}

/** True if the root of a tree is a page of a tree of that depth. */
function isRoot(descriptor: number, { root, depth }: Tree, pageSize: number): boolean {
  if (root === undefined) return true;
  const bytes = read(descriptor, Number(root) * pageSize, HEADER_BYTES);
  if (bytes === undefined) return false;
  const header = new DataView(bytes.buffer);
  const [lower, upper] = [IN_HEADER.lower, IN_HEADER.upper].map((at) => header.getUint16(at, LITTLE_ENDIAN));
  return (
    header.getBigUint64(IN_HEADER.page, LITTLE_ENDIAN) === root &&
    (header.getUint16(IN_HEADER.kind, LITTLE_ENDIAN) & (BRANCH | LEAF)) === (depth === 1 ? LEAF : BRANCH) &&
    (lower as number) <= (upper as number) &&
    (upper as number) <= pageSize
  );
}

export function read(
  descriptor: number,
  position: number,
  length: number,
): Uint8Array<ArrayBuffer> | undefined {
  const bytes = new Uint8Array(length);
  return readSync(descriptor, bytes, 0, length, position) === length ? bytes : undefined;
}
