/** Most names that are remembered; the oldest is forgotten first. */
const MOST_NAMES = 100_000;

/**
 * Remembers which namespaces of a cache can be cleared. An entry that was stored through one that cannot be
 * cleared would outlive the `clear` of one of the same name that can.
 */
export class Namespaces {
  readonly #canClear = new Map<string, boolean>();

  /** @throws TypeError if the namespace has been made with the other `clear` before. */
  check(text: string, name: string, canClear: boolean): void {
    const known = this.#canClear.get(text);
    if (known === canClear) return;
    if (known !== undefined)
      throw new TypeError(
        `clear of namespace ${name} must be ${known}, as it was when the namespace was first made; got ${canClear}`,
      );
    this.#canClear.set(text, canClear);
    if (this.#canClear.size <= MOST_NAMES) return;
    for (const oldest of this.#canClear.keys()) {
      this.#canClear.delete(oldest);
      return;
    }
  }
}
