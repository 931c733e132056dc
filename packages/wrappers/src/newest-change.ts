import { isPromise, type MaybePromise } from "@hitbox/core";

/** One write or remove. */
export interface Change {
  /** False once a newer change of one of its keys, or a clear, has been issued. */
  isNewest: boolean;
}

/** Tells a write or remove that is under way whether it is still the newest of its keys. */
export class NewestChange {
  /** Of each key that is being changed, the change that was issued last. */
  readonly #newest = new Map<string, Change>();

  /** Runs one change of `keys`. Costs next to nothing where it answers now and no other is under way. */
  during<T>(
    keys: string | readonly string[],
    run: (change: Readonly<Change>) => MaybePromise<T>,
  ): MaybePromise<T> {
    const change: Change = { isNewest: true };
    const all = typeof keys === "string" ? [keys] : keys;
    if (this.#newest.size > 0) for (const key of all) this.#supersede(key);
    const answer = run(change);
    return isPromise(answer) ? this.#untilSettled(all, change, answer) : answer;
  }

  /** Every change under way is older than the clear that begins now. */
  clear(): void {
    for (const key of this.#newest.keys()) this.#supersede(key);
  }

  #supersede(key: string): void {
    const older = this.#newest.get(key);
    if (older === undefined) return;
    older.isNewest = false;
    this.#newest.delete(key);
  }

  // Not `finally`, which costs three more promises.
  #untilSettled<T>(keys: readonly string[], change: Change, answer: Promise<T>): Promise<T> {
    for (const key of keys) this.#newest.set(key, change);
    return answer.then(
      (value) => {
        this.#end(keys, change);
        return value;
      },
      (error: unknown) => {
        this.#end(keys, change);
        throw error;
      },
    );
  }

  #end(keys: readonly string[], change: Change): void {
    for (const key of keys) if (this.#newest.get(key) === change) this.#newest.delete(key);
  }
}
