import { isPromise, type MaybePromise } from "@hitbox/core";

/**
 * Sends a key's changes one after the other, in the order in which they were asked for: a backend may execute those that
 * it has together in any order. Costs nothing while no change of the key is under way.
 */
export class WriteOrder {
  readonly #last = new Map<string, Promise<unknown>>();

  run<R>(keys: readonly string[], send: () => MaybePromise<R>): MaybePromise<R> {
    const earlier = this.#last.size === 0 ? [] : keys.flatMap((key) => this.#last.get(key) ?? []);
    const sent = earlier.length === 0 ? send() : Promise.allSettled(earlier).then(send);
    if (isPromise(sent)) this.#hold(keys, sent);
    return sent;
  }

  /** The last change of the key that is under way. */
  last(key: string): Promise<unknown> | undefined {
    return this.#last.size === 0 ? undefined : this.#last.get(key);
  }

  /** Resolves when all changes that have been asked for so far have ended. */
  async idle(): Promise<void> {
    if (this.#last.size > 0) await Promise.allSettled(this.#last.values());
  }

  #hold(keys: readonly string[], sent: Promise<unknown>): void {
    const release = (): void => {
      for (const key of keys) if (this.#last.get(key) === held) this.#last.delete(key);
    };
    const held = sent.then(release, release);
    for (const key of keys) this.#last.set(key, held);
  }
}
