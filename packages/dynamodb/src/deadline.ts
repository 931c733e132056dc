import { setTimeout as wait } from "node:timers/promises";
import { BackendError } from "@hitbox/core";
import { classify } from "./classify.ts";

/** One operation's time. Everything that it waits for, it waits for through this, so it settles in time. */
export class Deadline {
  /** What the last attempt of a request has failed with, while the SDK tries again. */
  lastError: unknown;
  readonly #milliseconds: number;
  readonly #start: number = performance.now();
  readonly #controller = new AbortController();
  /** How to fail what is being waited for. */
  readonly #waiting = new Set<(error: Error) => void>();
  readonly #timer: NodeJS.Timeout;
  #isOver = false;

  private constructor(milliseconds: number) {
    this.#milliseconds = milliseconds;
    // After a turn of the event loop: where that was blocked for long, the replies are there and only have to be read.
    this.#timer = setTimeout(() => setImmediate(() => this.#pass()), milliseconds);
  }

  /** Runs `operate` with `milliseconds` for all of it. */
  static async run<T>(milliseconds: number, operate: (deadline: Deadline) => Promise<T>): Promise<T> {
    const deadline = new Deadline(milliseconds);
    try {
      return await operate(deadline);
    } finally {
      clearTimeout(deadline.#timer);
    }
  }

  /** Aborted when the deadline has passed: nothing is sent again after that. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Throws where there is no time left to begin something. A timer may be a millisecond early. */
  check(): void {
    if (performance.now() >= this.#start + this.#milliseconds - 1) throw this.#late();
  }

  /** What `pending` comes to, or an error when the deadline passes first. */
  within<T>(pending: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.#isOver) reject(this.#late());
      this.#waiting.add(reject);
      const leave = (): void => void this.#waiting.delete(reject);
      pending.then(resolve, reject).then(leave);
    });
  }

  /** Resolves after `milliseconds`, or rejects at the deadline. */
  pause(milliseconds: number): Promise<void> {
    return this.within(wait(milliseconds, undefined, { signal: this.signal }));
  }

  #pass(): void {
    this.#isOver = true;
    const error = this.#late();
    for (const reject of this.#waiting) reject(error);
    this.#controller.abort();
  }

  #late(): BackendError {
    const { lastError: cause } = this;
    const within = `within ${this.#milliseconds} ms`;
    if (cause === undefined) return new BackendError("timeout", `no answer ${within}`);
    const why = cause instanceof Error ? cause.message : String(cause);
    const message = `no success ${within}; the last attempt: ${why}`;
    return new BackendError(classify(cause) ?? "timeout", message, { cause });
  }
}
