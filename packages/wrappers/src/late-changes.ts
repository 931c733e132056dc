/** Writes and removes that nobody waits for any more, and that the store may still do. */
export class LateChanges {
  readonly #byKey = new Map<string, Promise<void>>();

  /** Resolves when those of `keys`, or of every key where there are none, have ended. Undefined where nothing is late. */
  ended(keys: readonly string[]): Promise<unknown> | undefined {
    if (this.#byKey.size === 0) return undefined;
    const late =
      keys.length === 0 ? [...this.#byKey.values()] : keys.flatMap((key) => this.#byKey.get(key) ?? []);
    return late.length === 0 ? undefined : Promise.all(late);
  }

  add(keys: readonly string[], change: Promise<unknown>): void {
    const earlier = this.ended(keys);
    const ended: Promise<void> = Promise.allSettled([change, earlier]).then(() => {
      for (const key of keys) if (this.#byKey.get(key) === ended) this.#byKey.delete(key);
    });
    for (const key of keys) this.#byKey.set(key, ended);
  }
}
