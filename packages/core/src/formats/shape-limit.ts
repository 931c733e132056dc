/** Bits of the table of shapes that were seen: few enough collisions at 131,072 shapes. 512 KiB. */
const TABLE_BITS = 22;
/** Random, so that no input can be made whose shapes look alike. */
const SEED = Math.floor(Math.random() * 2 ** 32);

/**
 * Counts the shapes of objects in a payload: lists of property names in one order, each beginning of a list
 * counted as one. A shape is a hash (FNV-1a) of its names. Two shapes that share a bit of the table count as
 * one.
 */
export class ShapeLimit {
  readonly #bits = new Uint32Array(2 ** (TABLE_BITS - 5));
  #left: number;

  constructor(max: number) {
    this.#left = max;
  }

  /**
   * The shape with one more name, which is the bytes from `start` to before `end`. The shape of no names is
   * 0.
   *
   * @throws RangeError if it is one too many.
   */
  next(shape: number, bytes: Uint8Array, start: number, end: number): number {
    let hash = shape ^ SEED;
    for (let at = start; at < end; at++) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x0100_0193);
    this.#add(hash);
    return hash;
  }

  #add(hash: number): void {
    const bit = (hash ^ (hash >>> 15)) & (2 ** TABLE_BITS - 1);
    const word = bit >>> 5;
    const seen = this.#bits[word] ?? 0;
    const mask = 1 << (bit & 31);
    if ((seen & mask) !== 0) return;
    this.#bits[word] = seen | mask;
    this.#left -= 1;
    if (this.#left < 0) throw new RangeError("too many objects with property names of their own");
  }
}
