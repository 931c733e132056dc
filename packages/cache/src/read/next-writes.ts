/** Most keys whose next write is remembered. The one that was read longest ago is forgotten for a new one. */
const MOST_KEYS = 10_000;

/** When the entries of keys that are read may be written next, in epoch milliseconds. */
export class NextWrites {
  readonly #byKey = new Map<string, number>();

  has(key: string, now: number): boolean {
    return (this.#byKey.get(key) ?? Number.NEGATIVE_INFINITY) > now;
  }

  set(key: string, at: number): void {
    this.#byKey.delete(key);
    this.#byKey.set(key, at);
    if (this.#byKey.size <= MOST_KEYS) return;
    const [first] = this.#byKey.keys();
    if (first !== undefined) this.#byKey.delete(first);
  }
}
