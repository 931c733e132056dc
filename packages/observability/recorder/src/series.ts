import type { Buckets } from "./definition.ts";

/** A number under one set of labels. */
export interface NumberSeries {
  readonly labels: readonly string[];
  value: number;
}

/** The observations of a histogram under one set of labels. */
export class HistogramSeries {
  readonly labels: readonly string[];
  /** Observations of each bucket alone; the last bucket has no bound. */
  readonly counts: number[];
  sum = 0;
  count = 0;
  readonly #buckets: Buckets;
  readonly #heard: ((value: number) => void) | undefined;

  constructor(labels: readonly string[], buckets: Buckets, heard?: ((value: number) => void) | undefined) {
    this.labels = labels;
    this.counts = new Array<number>(buckets.length + 1).fill(0);
    this.#buckets = buckets;
    this.#heard = heard;
  }

  /** Observations that took no time to speak of: nobody is told of them. */
  observeZeros(times: number): void {
    this.counts[0] = (this.counts[0] as number) + times;
    this.count += times;
  }

  observe(value: number): void {
    const { counts } = this;
    let bucket = 0;
    while (bucket < counts.length - 1 && value > (this.#buckets[bucket] as number)) bucket += 1;
    counts[bucket] = (counts[bucket] as number) + 1;
    this.sum += value;
    this.count += 1;
    if (this.#heard !== undefined) this.#heard(value);
  }
}
