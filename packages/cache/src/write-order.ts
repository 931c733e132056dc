import { isPromise, type MaybePromise } from "@hitbox/core";

/** Changes of one key, or of all keys, that are under way. */
class Changes {
  /** The last one. */
  last: Promise<unknown> = Promise.resolve();
  left = 0;
  ended = 0;

  follow(change: Promise<unknown>, end: () => void): void {
    this.left += 1;
    const over = (): void => {
      this.left -= 1;
      this.ended += 1;
      if (this.left === 0) end();
    };
    this.last = change.then(over, over);
  }
}

/**
 * Sends a key's changes one after the other, in the order in which they were asked for: a backend may execute those that
 * it has together in any order. Costs nothing while no change of the key is under way.
 */
export class WriteOrder {
  readonly #changes = new Map<string, Changes>();
  #clears: Changes | undefined;

  run<R>(keys: readonly string[], send: () => MaybePromise<R>): MaybePromise<R> {
    const earlier = this.#changes.size === 0 ? [] : keys.flatMap((key) => this.#changes.get(key)?.last ?? []);
    const sent = earlier.length === 0 ? send() : Promise.allSettled(earlier).then(send);
    if (isPromise(sent)) for (const key of keys) this.#hold(key, sent);
    return sent;
  }

  /** Sends a change of all keys behind those that have been asked for; what comes meanwhile does not wait for it. */
  async runAll(send: () => MaybePromise<void>): Promise<void> {
    const clears = this.#clears ?? new Changes();
    this.#clears = clears;
    const sent = this.idle().then(send);
    clears.follow(sent, () => {
      this.#clears = undefined;
    });
    await sent;
  }

  /** Tells whether any change of the key that is under way now has ended; undefined where none is under way. */
  endOfAny(key: string): (() => boolean) | undefined {
    if (this.#changes.size === 0 && this.#clears === undefined) return undefined;
    const underWay = [this.#changes.get(key) ?? [], this.#clears ?? []].flat();
    if (underWay.length === 0) return undefined;
    const ended = underWay.map((changes) => changes.ended);
    return () => underWay.some((changes, index) => changes.ended !== ended[index]);
  }

  /** Resolves when all changes of keys that have been asked for so far have ended. */
  async idle(): Promise<void> {
    if (this.#changes.size > 0)
      await Promise.allSettled(Array.from(this.#changes.values(), ({ last }) => last));
  }

  #hold(key: string, sent: Promise<unknown>): void {
    const changes = this.#changes.get(key) ?? new Changes();
    this.#changes.set(key, changes);
    changes.follow(sent, () => void this.#changes.delete(key));
  }
}
