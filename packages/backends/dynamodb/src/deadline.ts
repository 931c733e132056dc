import { BackendError } from "@hitbox/core";
import { classify } from "./classify.ts";
import { safeError } from "./safe-error.ts";
import { type Sender, type Stop, type StopSignal, stopFor } from "./stop.ts";

/** The time of one operation. The operation settles in time because it waits for everything through this. */
export class Deadline {
  /** The error of a request's last attempt, without secrets, while the SDK tries again. */
  lastError: unknown;
  readonly #milliseconds: number;
  readonly #start: number = performance.now();
  readonly #waits = new Set<Wait>();
  readonly #timer: NodeJS.Timeout;
  #isOver = false;

  private constructor(milliseconds: number) {
    this.#milliseconds = milliseconds;
    // After a turn of the event loop: if the loop was blocked for long, the replies only have to be read.
    this.#timer = setTimeout(() => setImmediate(() => this.#pass()), milliseconds);
  }

  /** Runs `operate` with `milliseconds` for all of it. Requests that still run when it ends are stopped. */
  static async run<T>(milliseconds: number, operate: (deadline: Deadline) => Promise<T>): Promise<T> {
    const deadline = new Deadline(milliseconds);
    try {
      return await operate(deadline);
    } finally {
      clearTimeout(deadline.#timer);
      deadline.#pass();
    }
  }

  /** Throws if there is no time left to begin something. A timer may be a millisecond early. */
  check(): void {
    if (this.#isOver || performance.now() >= this.#start + this.#milliseconds - 1) throw this.#late();
  }

  /** Waits for `pending`, and rejects if the deadline passes first. */
  within<T>(pending: Promise<T>): Promise<T> {
    return this.#until(pending, undefined);
  }

  /**
   * The same of a request of `client`, which is told to stop when the deadline passes: nothing is sent again after that.
   * Rejects with a copy of the client's error that holds no secrets.
   */
  request<T>(
    client: Sender,
    send: (options: { readonly abortSignal: StopSignal }) => Promise<T>,
  ): Promise<T> {
    const stop = stopFor(client);
    if (this.#isOver) stop.abort();
    const sent = send({ abortSignal: stop.signal }).catch(async (error: unknown) => {
      throw await safeError(error, client);
    });
    return this.#until(sent, stop);
  }

  /** Resolves after `milliseconds`, or rejects at the deadline. */
  async pause(milliseconds: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const pause = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, milliseconds);
    });
    await this.within(pause).finally(() => clearTimeout(timer));
  }

  #until<T>(pending: Promise<T>, stop: Stop | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      const wait: Wait = { reject, stop };
      if (this.#isOver) reject(this.#late());
      else this.#waits.add(wait);
      // Before it settles: `run` stops all that is still waited for when it ends.
      const leaving =
        <V>(settle: (value: V) => void) =>
        (value: V): void => {
          this.#waits.delete(wait);
          settle(value);
        };
      pending.then(leaving(resolve), leaving(reject));
    });
  }

  #pass(): void {
    this.#isOver = true;
    if (this.#waits.size === 0) return;
    const error = this.#late();
    for (const { reject, stop } of this.#waits) {
      reject(error);
      stop?.abort();
    }
    this.#waits.clear();
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

/** Something that is being waited for, and the request to stop when nobody waits any more. */
interface Wait {
  readonly reject: (error: Error) => void;
  readonly stop: Stop | undefined;
}
