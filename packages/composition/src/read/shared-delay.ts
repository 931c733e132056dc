import { nextTick } from "@hitbox/core/tier";

/** A wait that has begun. */
interface Wait {
  readonly late: Promise<"late">;
  /** One caller waits no longer. */
  end(): void;
}

/**
 * Waits of one length. Waits that begin in one tick share a timer, so that they end in one tick: the requests
 * that follow then travel as one batch.
 */
export class SharedDelay {
  readonly #ms: number;
  #current: (Wait & { waiting: number }) | undefined;

  /** `ms`: milliseconds. */
  constructor(ms: number) {
    this.#ms = ms;
  }

  begin(): Wait {
    if (!this.#current) {
      this.#current = wait(this.#ms);
      nextTick(() => {
        this.#current = undefined;
      });
    }
    this.#current.waiting++;
    return this.#current;
  }
}

function wait(ms: number): Wait & { waiting: number } {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<"late">((resolve) => {
    timer = setTimeout(() => resolve("late"), ms);
  });
  return {
    late,
    waiting: 0,
    end(): void {
      if (--this.waiting === 0) clearTimeout(timer);
    },
  };
}
