const SMALLEST_TABLE = 256;
const EMPTY = 0;

/**
 * A set of keys that takes 16 to 32 bytes for each key, however long the key is: a long outage must not fill
 * the heap. It holds 53 bits of a seeded hash instead of the key. With 65,536 keys in it, one search in some
 * 10^11 finds a key that is not there.
 */
export class KeyFingerprints {
  /** Most keys that it holds. */
  readonly capacity: number;
  readonly #seed: number;
  #table = new Float64Array(0);
  #size = 0;

  constructor(capacity: number, seed: number = Math.floor(Math.random() * 2 ** 32)) {
    this.capacity = capacity;
    this.#seed = seed;
  }

  get size(): number {
    return this.#size;
  }

  has(key: string): boolean {
    return this.#size > 0 && this.#table[this.#slotOf(fingerprint(key, this.#seed))] !== EMPTY;
  }

  /** False if it is full: nothing has been added. */
  add(key: string): boolean {
    if (this.has(key)) return true;
    if (this.#size >= this.capacity) return false;
    if (this.#size * 2 >= this.#table.length) this.#grow();
    const print = fingerprint(key, this.#seed);
    this.#table[this.#slotOf(print)] = print;
    this.#size++;
    return true;
  }

  /** True if it held the key. */
  delete(key: string): boolean {
    if (this.#size === 0) return false;
    const slot = this.#slotOf(fingerprint(key, this.#seed));
    if (this.#table[slot] === EMPTY) return false;
    this.#table[slot] = EMPTY;
    this.#size--;
    this.#closeGap(slot);
    return true;
  }

  clear(): void {
    this.#table = new Float64Array(0);
    this.#size = 0;
  }

  /** Slot of the fingerprint, or the empty slot for it. Half of the table is always empty. */
  #slotOf(print: number): number {
    const mask = this.#table.length - 1;
    let slot = print & mask;
    while (this.#table[slot] !== EMPTY && this.#table[slot] !== print) slot = (slot + 1) & mask;
    return slot;
  }

  /**
   * Moves the fingerprints after an emptied slot, so that a search finds them: a search ends at the first
   * empty slot.
   */
  #closeGap(gap: number): void {
    const mask = this.#table.length - 1;
    for (let slot = (gap + 1) & mask; this.#table[slot] !== EMPTY; slot = (slot + 1) & mask) {
      const print = this.#table[slot] ?? EMPTY;
      this.#table[slot] = EMPTY;
      this.#table[this.#slotOf(print)] = print;
    }
  }

  #grow(): void {
    const before = this.#table;
    this.#table = new Float64Array(Math.max(SMALLEST_TABLE, before.length * 2));
    for (const print of before) if (print !== EMPTY) this.#table[this.#slotOf(print)] = print;
  }
}

/** 53 bits, never 0: two FNV-1a hashes with multipliers of their own, mixed by MurmurHash3's finalizer. */
function fingerprint(key: string, seed: number): number {
  let low = 0x811c9dc5 ^ seed;
  let high = 0x9e3779b9 ^ seed;
  for (let at = 0; at < key.length; at++) {
    const unit = key.charCodeAt(at);
    low = Math.imul(low ^ unit, 0x0100_0193);
    high = Math.imul(high ^ unit, 0x85eb_ca6b);
  }
  return (mix(high ^ low) >>> 11) * 2 ** 32 + (mix(low) >>> 0) || 1;
}

function mix(hash: number): number {
  const first = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
  const second = Math.imul(first ^ (first >>> 13), 0xc2b2_ae35);
  return second ^ (second >>> 16);
}
