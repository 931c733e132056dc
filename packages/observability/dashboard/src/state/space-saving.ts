import type { KeyCount } from "./snapshot.ts";

interface Counter {
  key: string;
  count: number;
  error: number;
}

/**
 * Counts events of the most frequent keys in a table of fixed size, by "Space-Saving" (Metwally, Agrawal, El
 * Abbadi, 2005). A key beyond the size takes the place of the one with the fewest events, and inherits its
 * count as its error: a count is at most its error too high, and never too low.
 */
export class SpaceSaving {
  readonly #size: number;
  readonly #byKey = new Map<string, Counter>();
  readonly #counters: Counter[] = [];
  /** No count is less. */
  #least = 1;
  #next = 0;

  constructor(size: number) {
    this.#size = size;
  }

  add(key: string): void {
    const known = this.#byKey.get(key);
    if (known !== undefined) known.count += 1;
    else if (this.#counters.length < this.#size) this.#put({ key, count: 1, error: 0 });
    else if (this.#size > 0) this.#replace(key);
  }

  /** The keys with the most events, first. */
  top(most: number): KeyCount[] {
    const sorted = this.#counters.toSorted((a, b) => b.count - a.count);
    return sorted.slice(0, most).map(({ key, count, error }) => ({ key, count, error }));
  }

  #put(counter: Counter): void {
    this.#counters.push(counter);
    this.#byKey.set(counter.key, counter);
  }

  #replace(key: string): void {
    const counter = this.#leastCounter();
    this.#byKey.delete(counter.key);
    this.#byKey.set(key, counter);
    counter.key = key;
    counter.error = counter.count;
    counter.count += 1;
  }

  /** Counts only grow: a whole turn without finding the least makes it greater, so that turns are rare. */
  #leastCounter(): Counter {
    const counters = this.#counters;
    for (let look = 0; look < counters.length; look++) {
      const counter = counters[this.#next] as Counter;
      this.#next = (this.#next + 1) % counters.length;
      if (counter.count <= this.#least) return counter;
    }
    this.#least = counters.reduce((least, { count }) => Math.min(least, count), Number.POSITIVE_INFINITY);
    return this.#leastCounter();
  }
}
