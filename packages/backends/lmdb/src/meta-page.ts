/*
 * A meta page of LMDB (struct MDB_meta of lmdb's mdb.c, data version 2, 64 bits), in the byte order of the
 * machine.
 * Offsets are into a page.
 */
const MAGIC = 0xbeefc0de;
const DATA_VERSION = 2;
/** Bytes of a meta page that are looked at. */
export const META_BYTES = 160;
const AT = { kind: 18, magic: 24, version: 28, free: 48, main: 96, lastPage: 144, transaction: 152 };
const IN_TREE = { pageSize: 0, flags: 4, depth: 6, branches: 8, leaves: 16, overflows: 24, root: 40 };
const META_PAGE = 8;
/** Flags of a tree that say how its pages are read: its order, duplicates, fixed sizes. */
const ORDER_FLAGS = 0x7e;
const INTEGER_KEYS = 8;
const NO_PAGE = 0xffff_ffff_ffff_ffffn;
const FIRST_DATA_PAGE = 2n;
const DEEPEST = 32;
const LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

export const FOREIGN = "is not an LMDB file, or is damaged";
export const DAMAGED = "is damaged: its meta pages make no sense";
export const SHORT = "is cut short";

/** A tree of pages: that of the free pages, or that of the databases. */
export interface Tree {
  readonly flags: number;
  readonly depth: number;
  readonly pages: bigint;
  /** Undefined for a tree that is empty. */
  readonly root: bigint | undefined;
}

export class MetaPage {
  readonly pageSize: number;
  readonly free: Tree;
  readonly main: Tree;
  readonly lastPage: bigint;
  readonly transaction: bigint;
  readonly #view: DataView;

  constructor(bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.pageSize = this.#uint32(AT.free + IN_TREE.pageSize);
    this.free = this.#tree(AT.free);
    this.main = this.#tree(AT.main);
    this.lastPage = this.#uint64(AT.lastPage);
    this.transaction = this.#uint64(AT.transaction);
  }

  /**
   * A phrase that says what is wrong with the head of the page; undefined if nothing is. A third meta has no
   * head.
   */
  get headProblem(): string | undefined {
    if (this.#uint32(AT.magic) !== MAGIC || (this.#uint16(AT.kind) & META_PAGE) === 0) return FOREIGN;
    const version = this.#uint32(AT.version) & 0xffff;
    return version === DATA_VERSION
      ? undefined
      : `is an LMDB file of data version ${version}, not ${DATA_VERSION}`;
  }

  get hasPageSize(): boolean {
    return this.pageSize >= 512 && this.pageSize <= 65_536 && Number.isInteger(Math.log2(this.pageSize));
  }

  /** A phrase that says what is wrong with the state in a file of `size` bytes; undefined if nothing is. */
  problemIn(size: number): string | undefined {
    if (!this.#isOrdered() || !this.#isCounted()) return DAMAGED;
    const pages = BigInt(Math.floor(size / this.pageSize));
    return [this.free, this.main].some(({ root }) => root !== undefined && root >= pages) ? SHORT : undefined;
  }

  #isOrdered(): boolean {
    return (this.free.flags & ORDER_FLAGS) === INTEGER_KEYS && (this.main.flags & ORDER_FLAGS) === 0;
  }

  /** The last page may lie behind the end of the file, if it is free. */
  #isCounted(): boolean {
    const used = FIRST_DATA_PAGE + this.free.pages + this.main.pages;
    const isInReach = (this.lastPage + 1n) * BigInt(this.pageSize) < 2n ** 47n;
    return (
      isInReach && used <= this.lastPage + 1n && [this.free, this.main].every((tree) => this.#isTree(tree))
    );
  }

  #isTree({ depth, pages, root }: Tree): boolean {
    if (root === undefined) return depth === 0 && pages === 0n;
    return (
      depth >= 1 &&
      depth <= DEEPEST &&
      pages >= BigInt(depth) &&
      root >= FIRST_DATA_PAGE &&
      root <= this.lastPage
    );
  }

  #tree(at: number): Tree {
    const counts = [IN_TREE.branches, IN_TREE.leaves, IN_TREE.overflows].map((offset) =>
      this.#uint64(at + offset),
    );
    const root = this.#uint64(at + IN_TREE.root);
    return {
      flags: this.#uint16(at + IN_TREE.flags),
      depth: this.#uint16(at + IN_TREE.depth),
      pages: counts.reduce((sum, count) => sum + count, 0n),
      root: root === NO_PAGE ? undefined : root,
    };
  }

  #uint16(at: number): number {
    return this.#view.getUint16(at, LITTLE_ENDIAN);
  }

  #uint32(at: number): number {
    return this.#view.getUint32(at, LITTLE_ENDIAN);
  }

  #uint64(at: number): bigint {
    return this.#view.getBigUint64(at, LITTLE_ENDIAN);
  }
}
