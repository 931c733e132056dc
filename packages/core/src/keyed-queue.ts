import { isPromise, type MaybePromise } from "./maybe-promise.ts";

/**
 * Runs work of equal keys one after the other, in the order asked. Work of several keys waits for the earlier work of
 * each of them; because it takes its place in all their queues at once, two such pieces never wait for each other.
 * Costs nothing, and stays synchronous, while no work of the keys is under way. Holds entries only for keys with work.
 */
export class KeyedQueue {
  /** The end of the last work of each key. Never rejects. */
  readonly #tails = new Map<string, Promise<void>>();

  /** Number of keys with work under way. */
  get size(): number {
    return this.#tails.size;
  }

  /** Runs `work` after the earlier work of `keys`, whether that fails or not. Answers as `work` does. */
  run<R>(keys: readonly string[], work: () => MaybePromise<R>): MaybePromise<R> {
    const earlier = this.#earlier(keys);
    const answer = earlier === undefined ? work() : earlier.then(work);
    if (isPromise(answer)) this.#hold(keys, answer);
    return answer;
  }

  /** Runs `work` after all earlier work. Work that comes later does not wait for it. */
  afterAll<R>(work: () => MaybePromise<R>): MaybePromise<R> {
    return this.#tails.size === 0 ? work() : this.idle().then(work);
  }

  /** The end of the key's work that is under way; undefined if there is none. Never rejects. */
  tail(key: string): Promise<void> | undefined {
    return this.#tails.size === 0 ? undefined : this.#tails.get(key);
  }

  /** Resolves when all work that was asked for so far has ended. */
  async idle(): Promise<void> {
    await Promise.all(this.#tails.values());
  }

  #earlier(keys: readonly string[]): Promise<unknown> | undefined {
    if (this.#tails.size === 0) return undefined;
    const tails = keys.flatMap((key) => this.#tails.get(key) ?? []);
    return tails.length > 1 ? Promise.all(tails) : tails[0];
  }

  #hold(keys: readonly string[], work: Promise<unknown>): void {
    const release = (): void => {
      for (const key of keys) if (this.#tails.get(key) === tail) this.#tails.delete(key);
    };
    const tail: Promise<void> = work.then(release, release);
    for (const key of keys) this.#tails.set(key, tail);
  }
}
