import { isPromise, type MaybePromise } from "./maybe-promise.ts";

/**
 * Runs work of equal keys one after the other, in the order asked. Work of several keys waits for the earlier
 * work of each of them. Such work takes its place in all their queues at once, so two pieces of work never
 * wait for each other. Stays synchronous, and allocates nothing, while no work of the keys is under way.
 * Remembers only keys with work.
 */
export class KeyedQueue {
  /** The end of the last work of each key. Never rejects. */
  readonly #tails = new Map<string, Promise<void>>();

  /** Number of keys with work under way. */
  get size(): number {
    return this.#tails.size;
  }

  /**
   * Runs `work` after the earlier work of the key or keys, even if the earlier work fails. Answers as `work`
   * does.
   */
  run<R>(keys: string | readonly string[], work: () => MaybePromise<R>): MaybePromise<R> {
    const earlier = this.tail(keys);
    const answer = earlier === undefined ? work() : earlier.then(work);
    if (isPromise(answer)) this.hold(keys, answer);
    return answer;
  }

  /**
   * Makes later work of the key or keys wait for `work`, which has begun already. `failed` hears of its
   * failure before that later work begins.
   */
  hold(keys: string | readonly string[], work: Promise<unknown>, failed?: (error: unknown) => void): void {
    const end = (): void => {
      for (const key of typeof keys === "string" ? [keys] : keys)
        if (this.#tails.get(key) === tail) this.#tails.delete(key);
    };
    const fail = (error: unknown): void => {
      failed?.(error);
      end();
    };
    const tail: Promise<void> = work.then(end, fail);
    for (const key of typeof keys === "string" ? [keys] : keys) this.#tails.set(key, tail);
  }

  /**
   * Runs `work` after all earlier work. Later work does not wait for it: it may be long, as clearing a store
   * is.
   */
  afterAll<R>(work: () => MaybePromise<R>): MaybePromise<R> {
    return this.#tails.size === 0 ? work() : this.idle().then(work);
  }

  /** The end of all work of the key or keys so far; undefined if none is under way. Never rejects. */
  tail(keys: string | readonly string[]): Promise<unknown> | undefined {
    if (this.#tails.size === 0) return undefined;
    if (typeof keys === "string") return this.#tails.get(keys);
    const tails = new Set<Promise<void>>();
    for (const key of keys) {
      const tail = this.#tails.get(key);
      if (tail !== undefined) tails.add(tail);
    }
    return tails.size > 1 ? Promise.all(tails) : tails.values().next().value;
  }

  /**
   * Waits no longer for the key's work so far. Returns the end of that work; undefined if none is under way.
   */
  release(key: string): Promise<void> | undefined {
    const tail = this.#tails.get(key);
    this.#tails.delete(key);
    return tail;
  }

  /** Resolves when all work so far has ended. */
  async idle(): Promise<void> {
    await Promise.all(this.#tails.values());
  }
}
