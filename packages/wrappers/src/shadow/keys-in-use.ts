/** The work under way for a key: changes, and one comparison at most. */
interface KeyInUse {
  changes: number;
  isCompared: boolean;
  /** The key was changed while it was being compared. */
  isRaced: boolean;
}

/** The keys that are being changed or compared. A key leaves when nothing is under way for it. */
export class KeysInUse {
  readonly #keys = new Map<string, KeyInUse>();

  isInUse(key: string): boolean {
    return this.#keys.has(key);
  }

  beginComparison(key: string): void {
    this.#keys.set(key, { changes: 0, isCompared: true, isRaced: false });
  }

  isRaced(key: string): boolean {
    return this.#keys.get(key)?.isRaced === true;
  }

  endComparison(key: string): void {
    const state = this.#keys.get(key);
    if (state === undefined) return;
    state.isCompared = false;
    if (state.changes === 0) this.#keys.delete(key);
  }

  beginChange(key: string): void {
    const state = this.#keys.get(key) ?? { changes: 0, isCompared: false, isRaced: false };
    state.changes += 1;
    state.isRaced = true;
    this.#keys.set(key, state);
  }

  endChange(key: string): void {
    const state = this.#keys.get(key);
    if (state === undefined) return;
    state.changes -= 1;
    if (state.changes === 0 && !state.isCompared) this.#keys.delete(key);
  }

  /** Every key is changed. */
  changeAll(): void {
    for (const state of this.#keys.values()) state.isRaced = true;
  }
}
