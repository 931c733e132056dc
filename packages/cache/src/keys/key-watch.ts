/** Most changed keys that a watch remembers. With more it takes every key as changed. */
const MOST_KEYS = 10_000;

/** Notes the keys that are changed, or begin to be loaded, while a loader runs that may answer any key. */
export class KeyWatch {
  readonly #touched = new Set<string>();
  #isAnyTouched = false;

  note(key: string): void {
    if (this.#isAnyTouched) return;
    this.#touched.add(key);
    if (this.#touched.size > MOST_KEYS) this.noteAll();
  }

  noteAll(): void {
    this.#isAnyTouched = true;
    this.#touched.clear();
  }

  isUntouched(key: string): boolean {
    return !this.#isAnyTouched && !this.#touched.has(key);
  }
}
