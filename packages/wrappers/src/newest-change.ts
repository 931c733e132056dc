import { isPromise, type MaybePromise } from "@hitbox/core";

/** Tells a write or remove that is under way whether it is still the newest of its keys. */
export class NewestChange {
  /** Of each key that is being changed, the change that was issued last. */
  readonly #newest = new Map<string, object>();

  /** Runs one change of `keys`; `isNewest` answers until it has settled. */
  during<T>(
    keys: string | readonly string[],
    run: (isNewest: () => boolean) => MaybePromise<T>,
  ): MaybePromise<T> {
    const change = (): boolean => this.#isNewest(keys, change);
    this.#begin(keys, change);
    try {
      const answer = run(change);
      if (isPromise(answer)) return this.#endWith(answer, keys, change);
      this.#end(keys, change);
      return answer;
    } catch (error) {
      this.#end(keys, change);
      throw error;
    }
  }

  /** Every change under way is older than the clear that begins now. */
  clear(): void {
    this.#newest.clear();
  }

  #begin(keys: string | readonly string[], change: object): void {
    if (typeof keys === "string") this.#newest.set(keys, change);
    else for (const key of keys) this.#newest.set(key, change);
  }

  #isNewest(keys: string | readonly string[], change: object): boolean {
    if (typeof keys === "string") return this.#newest.get(keys) === change;
    return keys.every((key) => this.#newest.get(key) === change);
  }

  #end(keys: string | readonly string[], change: object): void {
    if (typeof keys !== "string") for (const key of keys) this.#end(key, change);
    else if (this.#newest.get(keys) === change) this.#newest.delete(keys);
  }

  // Not `finally`, which costs three more promises.
  #endWith<T>(answer: Promise<T>, keys: string | readonly string[], change: object): Promise<T> {
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
}
