import { isPromise, type MaybePromise } from "@hitbox/core";

/** Tells a write or remove that is under way whether it is still the newest of its keys. */
export class NewestChange {
  /** Of each key that is being changed, the change that was issued last. */
  readonly #newest = new Map<string, object>();

  /** Runs one change of `keys`; `isNewest` answers until it has settled. */
  during<T>(
    keys: string | readonly string[],
    change: (isNewest: () => boolean) => MaybePromise<T>,
  ): MaybePromise<T> {
    const all = typeof keys === "string" ? [keys] : keys;
    const own = {};
    for (const key of all) this.#newest.set(key, own);
    const end = (): void => {
      for (const key of all) if (this.#newest.get(key) === own) this.#newest.delete(key);
    };
    try {
      const answer = change(() => all.every((key) => this.#newest.get(key) === own));
      if (isPromise(answer)) return answer.finally(end);
      end();
      return answer;
    } catch (error) {
      end();
      throw error;
    }
  }

  /** Every change under way is older than the clear that begins now. */
  clear(): void {
    this.#newest.clear();
  }
}
