/** Most keys whose next write is remembered. The one that was read longest ago is forgotten for a new one. */
const MOST_KEYS = 10_000;

/** When the entry of a key that is read may be written next. */
interface NextWrite {
  /** Epoch milliseconds. */
  readonly at: number;
  /** `createdAt` of the entry. Nothing is known of the next write of another entry. */
  readonly createdAt: number;
}

/** When the entries of keys that are read may be written next. */
export class NextWrites {
  readonly #byKey = new Map<string, NextWrite>();

  /** True if the entry of the key that was created at `createdAt` is not to be written yet. */
  has(key: string, createdAt: number, now: number): boolean {
    const next = this.#byKey.get(key);
    return next !== undefined && next.createdAt === createdAt && next.at > now;
  }

  set(key: string, next: NextWrite): void {
    this.#byKey.delete(key);
    this.#byKey.set(key, next);
    if (this.#byKey.size <= MOST_KEYS) return;
    const [first] = this.#byKey.keys();
    if (first !== undefined) this.#byKey.delete(first);
  }
}
