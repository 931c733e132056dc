import type { Definition } from "./definition.ts";

/** Joins the values of labels; none of them has this character. */
const BETWEEN = "\u0000";

/** All series of one metric, by the values of its labels. Bounded: further series are counted as `*`. */
export class Family<S> {
  readonly definition: Definition;
  readonly #make: (labels: readonly string[]) => S;
  readonly #most: number;
  readonly #series = new Map<string, S>();

  constructor(definition: Definition, most: number, make: (labels: readonly string[]) => S) {
    this.definition = definition;
    this.#most = most;
    this.#make = make;
  }

  of(...labels: readonly string[]): S {
    const key = labels.join(BETWEEN);
    const known = this.#series.get(key);
    if (known !== undefined) return known;
    const isFull = this.#series.size >= this.#most;
    return isFull ? this.#rest() : this.#add(key, labels);
  }

  get series(): Iterable<S> {
    return this.#series.values();
  }

  #rest(): S {
    const labels = this.definition.labels.map(() => "*");
    const key = labels.join(BETWEEN);
    return this.#series.get(key) ?? this.#add(key, labels);
  }

  #add(key: string, labels: readonly string[]): S {
    const series = this.#make(labels);
    this.#series.set(key, series);
    return series;
  }
}
