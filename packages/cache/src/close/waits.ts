/** A caller who waits, and who can be told to stop. */
export interface Wait {
  abort(reason: unknown): void;
}

/** Callers who wait for a read of their own. Bounded by these callers. */
export class Waits {
  readonly #waits = new Set<Wait>();
  readonly #onIdle: (() => void)[] = [];

  get size(): number {
    return this.#waits.size;
  }

  add(wait: Wait): void {
    this.#waits.add(wait);
  }

  delete(wait: Wait): void {
    if (!this.#waits.delete(wait) || this.#waits.size > 0) return;
    for (const resolve of this.#onIdle.splice(0)) resolve();
  }

  abortAll(reason: unknown): void {
    for (const wait of [...this.#waits]) wait.abort(reason);
  }

  /** Resolves when nobody waits. */
  async idle(): Promise<void> {
    if (this.#waits.size > 0)
      await new Promise<void>((resolve) => {
        this.#onIdle.push(resolve);
      });
  }
}
