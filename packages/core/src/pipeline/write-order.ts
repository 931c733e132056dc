import { isPromise, type MaybePromise } from "../maybe-promise.ts";

/**
 * Hands a key's writes to the store in the order in which they were asked for, even where an earlier one is
 * still being compressed off-thread: an older value never lands on a newer one. Costs nothing while no
 * write is being prepared.
 */
export class WriteOrder {
  readonly #preparing = new Map<string, Promise<void>>();

  /** Runs `issue` with what was prepared, once every earlier write of these keys has been issued. */
  run<P, R>(
    keys: readonly string[],
    prepared: MaybePromise<P>,
    issue: (prepared: P) => MaybePromise<R>,
  ): MaybePromise<R> {
    if (this.#preparing.size === 0 && !isPromise(prepared)) return issue(prepared);
    const earlier = this.#earlier(keys);
    if (earlier.length === 0 && !isPromise(prepared)) return issue(prepared);
    // Settled, not all: a write that could not be prepared still keeps its place until the earlier ones have gone.
    const issued = Promise.allSettled([prepared, ...earlier])
      .then(() => prepared)
      .then((ready) => ({ answer: issue(ready) }));
    this.#hold(keys, issued);
    return issued.then(({ answer }) => answer);
  }

  /** Resolves when every write asked for so far has been issued. */
  async idle(): Promise<void> {
    await Promise.all(this.#preparing.values());
  }

  #earlier(keys: readonly string[]): Promise<void>[] {
    return keys.flatMap((key) => this.#preparing.get(key) ?? []);
  }

  #hold(keys: readonly string[], issued: Promise<unknown>): void {
    const release = (): void => {
      for (const key of keys) if (this.#preparing.get(key) === held) this.#preparing.delete(key);
    };
    const held: Promise<void> = issued.then(release, release);
    for (const key of keys) this.#preparing.set(key, held);
  }
}
