const HEADER_BYTES = 24;
const IN_HEADER = { page: 0, kind: 18, lower: 20 };
const NODE_BYTES = 8;
const IN_NODE = { low: 0, flags: 4, keySize: 6 };
const LEAF = 2;
const ON_PAGES_OF_ITS_OWN = 1;
const LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/** A branch or leaf page of an LMDB tree (struct MDB_page and MDB_node of lmdb's mdb.c). */
export class Page {
  readonly #view: DataView;

  constructor(bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** The page's own number: another one means that the file has changed meanwhile, or is damaged. */
  get number(): bigint {
    return this.#view.getBigUint64(IN_HEADER.page, LITTLE_ENDIAN);
  }

  get isLeaf(): boolean {
    return (this.#view.getUint16(IN_HEADER.kind, LITTLE_ENDIAN) & LEAF) !== 0;
  }

  /** Where the page's nodes start, in the order of their keys. */
  get nodes(): number[] {
    const count = this.#view.getUint16(IN_HEADER.lower, LITTLE_ENDIAN) >> 1;
    return Array.from({ length: count }, (_, at) => HEADER_BYTES + this.#offset(HEADER_BYTES + 2 * at));
  }

  /** The page that a node of a branch leads to. */
  child(node: number): number {
    const low = this.#view.getUint32(node + IN_NODE.low, LITTLE_ENDIAN);
    return low + this.#view.getUint16(node + IN_NODE.flags, LITTLE_ENDIAN) * 2 ** 32;
  }

  /** The key of a node whose keys are integers. */
  key(node: number): bigint {
    return this.#view.getBigUint64(node + NODE_BYTES, LITTLE_ENDIAN);
  }

  /** The start of a leaf node's data within the page, and its size; or the other page that the data is on. */
  data(node: number): { readonly start: number; readonly size: number; readonly page?: number } {
    const at = node + NODE_BYTES + this.#offset(node + IN_NODE.keySize);
    const size = this.#view.getUint32(node + IN_NODE.low, LITTLE_ENDIAN);
    if ((this.#offset(node + IN_NODE.flags) & ON_PAGES_OF_ITS_OWN) === 0) return { start: at, size };
    return { start: HEADER_BYTES, size, page: Number(this.#view.getBigUint64(at, LITTLE_ENDIAN)) };
  }

  #offset(at: number): number {
    return this.#view.getUint16(at, LITTLE_ENDIAN);
  }
}
