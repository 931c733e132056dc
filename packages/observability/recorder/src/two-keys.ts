/** Values by two texts, without joining them: for messages of each hit. Bounded. */
export class TwoKeys<V> {
  readonly #most: number;
  readonly #values = new Map<string, Map<string, V>>();
  readonly #make: (one: string, other: string) => V;
  #size = 0;
  // Those that were asked for last: one compare of texts is less than two look-ups.
  #lastOne: string | undefined;
  #lastOther: string | undefined;
  #last: V | undefined;

  constructor(most: number, make: (one: string, other: string) => V) {
    this.#most = most;
    this.#make = make;
  }

  of(one: string, other: string): V {
    if (one === this.#lastOne && other === this.#lastOther) return this.#last as V;
    const value = this.#values.get(one)?.get(other) ?? this.#add(one, other);
    this.#lastOne = one;
    this.#lastOther = other;
    this.#last = value;
    return value;
  }

  /** Beyond the bound it is made anew each time; families then answer with their last series. */
  #add(one: string, other: string): V {
    const value = this.#make(one, other);
    if (this.#size >= this.#most) return value;
    this.#size += 1;
    const row = this.#values.get(one) ?? new Map<string, V>();
    row.set(other, value);
    this.#values.set(one, row);
    return value;
  }
}
