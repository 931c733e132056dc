import type { MaybePromise } from "./maybe-promise.ts";

/**
 * Bounds the work that is under way at once, such as requests of a client. Work that finds no free lane
 * waits; the longest wait ends first.
 *
 * @example
 * const lanes = new Lanes(50);
 * const answer = await lanes.run(() => "answer");
 */
export class Lanes {
  /** Lanes that may be in use at once. */
  readonly count: number;
  readonly #waiting: (() => void)[] = [];
  #free: number;

  constructor(count: number) {
    this.count = count;
    this.#free = count;
  }

  /** Runs `work` in a lane. A lane is free again when the work has ended, also when the work has failed. */
  async run<T>(work: () => MaybePromise<T>): Promise<T> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((enter) => this.#waiting.push(enter));
    try {
      return await work();
    } finally {
      this.#leave();
    }
  }

  #leave(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#free += 1;
  }
}
