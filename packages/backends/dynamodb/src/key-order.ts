import type { Deadline } from "./deadline.ts";

/**
 * Runs the changes of one key one after the other, in the order in which they were asked for: the SDK sends requests
 * over many connections, so that two under way at once could reach DynamoDB in any order.
 */
export class KeyOrder {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Runs `change` once every earlier change of these keys has ended, well or not; never, where that takes too long. */
  run<T>(keys: readonly string[], deadline: Deadline | undefined, change: () => Promise<T>): Promise<T> {
    const earlier = keys.flatMap((key) => this.#last.get(key) ?? []);
    const settled = Promise.allSettled(earlier);
    const changed = earlier.length === 0 ? change() : (deadline?.within(settled) ?? settled).then(change);
    for (const key of keys) this.#last.set(key, changed);
    const leave = (): void => {
      for (const key of keys) if (this.#last.get(key) === changed) this.#last.delete(key);
    };
    changed.then(leave, leave);
    return changed;
  }
}
