import { setTimeout as wait } from "node:timers/promises";

/** Bounds the load on a store: so many entries a second, counted over the whole run. */
export class Pace {
  readonly #perSecond: number;
  readonly #began = performance.now();
  #count = 0;

  constructor(perSecond: number) {
    this.#perSecond = perSecond;
  }

  get count(): number {
    return this.#count;
  }

  /** Notes that `entries` were asked for. Resolves when more may be. */
  async passed(entries: number): Promise<void> {
    this.#count += entries;
    const due = (1_000 * this.#count) / this.#perSecond;
    const ahead = due - (performance.now() - this.#began);
    if (ahead > 1) await wait(ahead);
  }
}
