import type { Clock } from "@hitbox/core";

/** Time that never goes back, from a clock that may be set back: a step back counts as no time at all. */
export class SteadyClock {
  readonly #clock: Clock;
  #last: number;
  #lost = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#last = clock();
  }

  /** Milliseconds. They differ from the clock's by all of its steps back. */
  now(): number {
    const time = this.#clock();
    if (time < this.#last) this.#lost += this.#last - time;
    this.#last = time;
    return time + this.#lost;
  }

  /**
   * A time of the clock, as the clock is set now, in the time of `now`. Undefined for a time that is over.
   */
  timeOf(instant: number): number | undefined {
    const time = instant + (this.now() - this.#last);
    return instant > this.#last ? time : undefined;
  }
}
