import { BackendError, checkKnown, checkLimit, checkOption, type MaybePromise } from "@hitbox/core";
import { channels, type OffloadEvent } from "./channels.ts";

export interface OffloadTimeout {
  /** Milliseconds from the start of a task. */
  readonly after: number;
  /** `cancel`: the task's signal is aborted and it counts as ended, failed. `warn`: it goes on. */
  readonly then: "cancel" | "warn";
}

export interface OffloadOptions {
  /** Most tasks under way; beyond, `register` returns false. Default: 1,000. */
  readonly maxInFlight?: number | undefined;
  /** Default: none. */
  readonly timeout?: OffloadTimeout | undefined;
  /**
   * Called for every task that failed or was cancelled. An error that it throws is ignored. Default: none.
   */
  readonly onError?:
    | ((error: unknown, task: { readonly kind: string; readonly key: string | undefined }) => void)
    | undefined;
}

/** A piece of work that no caller waits for. */
export interface Task {
  /** Kind of the work, such as `read` or `write`. */
  readonly kind: string;
  /**
   * Deduplicates: if a task of the same kind and key is under way, it serves for both, and this one is not
   * started.
   */
  readonly key?: string | undefined;
  run(signal: AbortSignal): MaybePromise<unknown>;
}

/** Runs tasks in the background, bounded, and can be drained. */
export interface Offload extends AsyncDisposable {
  readonly inFlight: number;
  /** Starts the task, or finds it under way. False: at the limit, or closed; the task was not started. */
  register(task: Task): boolean;
  /**
   * Resolves with the number of tasks still under way: 0, or the remaining ones after `deadline` milliseconds
   * (default 10,000).
   */
  drain(deadline?: number): Promise<number>;
}

/**
 * Makes a runner of background work. Its timers keep no process alive. Disposing it drains it, and refuses
 * new tasks.
 *
 * @throws TypeError for an option that is unknown or wrong.
 * @example
 * const background = offload({ maxInFlight: 100, timeout: { after: 5_000, then: "cancel" } });
 * background.register({ kind: "warm-up", key: "user:42", run: async () => {} }); // true
 * await background.drain(); // 0
 */
export function offload(options: OffloadOptions = {}): Offload {
  checkKnown("offload", options, ["maxInFlight", "timeout", "onError"]);
  const { maxInFlight = 1_000, timeout, onError } = options;
  checkLimit("maxInFlight", maxInFlight);
  if (timeout !== undefined) checkTimeout(timeout);
  checkOption(
    onError === undefined || typeof onError === "function",
    "onError",
    onError,
    "must be a function",
  );
  return new BackgroundTasks(maxInFlight, timeout, onError ?? (() => {}));
}

// A Node timer cannot be set for longer.
const LONGEST_MS = 2 ** 31 - 1;

function checkTimeout(timeout: OffloadTimeout): void {
  checkKnown("offload: timeout", timeout, ["after", "then"], '{ after: 5_000, then: "cancel" }');
  const { after, then } = timeout;
  const inRange = typeof after === "number" && after > 0 && after <= LONGEST_MS;
  checkOption(inRange, "timeout.after", after, `must be milliseconds, over 0 and at most ${LONGEST_MS}`);
  checkOption(then === "cancel" || then === "warn", "timeout.then", then, 'must be "cancel" or "warn"');
}

interface Running {
  readonly task: Task;
  readonly id: string | symbol;
  readonly start: number;
  readonly abort: AbortController;
  timer: NodeJS.Timeout | undefined;
}

class BackgroundTasks implements Offload {
  readonly #maxInFlight: number;
  readonly #timeout: OffloadTimeout | undefined;
  readonly #onError: NonNullable<OffloadOptions["onError"]>;
  readonly #running = new Map<string | symbol, Running>();
  readonly #drained = new Set<() => void>();
  #isClosed = false;

  constructor(
    maxInFlight: number,
    timeout: OffloadTimeout | undefined,
    onError: NonNullable<OffloadOptions["onError"]>,
  ) {
    this.#maxInFlight = maxInFlight;
    this.#timeout = timeout;
    this.#onError = onError;
  }

  get inFlight(): number {
    return this.#running.size;
  }

  register(task: Task): boolean {
    const id = task.key === undefined ? Symbol(task.kind) : `${task.kind}\0${task.key}`;
    const known = this.#running.get(id);
    if (known) {
      this.#publish("deduplicated", known, 0, undefined);
      return true;
    }
    if (this.#isClosed || this.#running.size >= this.#maxInFlight) return false;
    const running: Running = {
      task,
      id,
      start: performance.now(),
      abort: new AbortController(),
      timer: undefined,
    };
    this.#running.set(id, running);
    this.#publish("spawned", running, 0, undefined);
    void this.#run(running);
    return true;
  }

  async drain(deadline = 10_000): Promise<number> {
    if (this.#running.size === 0) return 0;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#drained.delete(done);
        resolve();
      };
      const timer = setTimeout(done, Math.min(deadline, LONGEST_MS));
      this.#drained.add(done);
    });
    return this.#running.size;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    await this.drain();
  }

  async #run(running: Running): Promise<void> {
    this.#startTimer(running);
    try {
      await running.task.run(running.abort.signal);
      this.#end(running, "completed", undefined);
    } catch (error) {
      this.#end(running, "failed", error);
    }
  }

  /** Frees the key and wakes whoever drains, once, whichever way the task ended. */
  #end(running: Running, event: OffloadEvent, error: unknown): void {
    if (this.#running.get(running.id) !== running) return;
    this.#running.delete(running.id);
    clearTimeout(running.timer);
    this.#publish(event, running, performance.now() - running.start, error);
    if (event !== "completed") this.#tell(running, error);
    if (this.#running.size === 0) for (const done of [...this.#drained]) done();
  }

  #startTimer(running: Running): void {
    const timeout = this.#timeout;
    if (!timeout) return;
    running.timer = setTimeout(() => this.#expire(running, timeout), timeout.after);
    running.timer.unref();
  }

  #expire(running: Running, { after, then }: OffloadTimeout): void {
    const { kind, key } = running.task;
    const error = new BackendError(
      "timeout",
      `background ${kind}${key ? ` of ${key}` : ""} took over ${after} ms`,
    );
    if (then === "warn") {
      this.#publish("timed-out", running, after, error);
    } else {
      running.abort.abort(error);
      this.#end(running, "timed-out", error);
    }
  }

  #tell({ task: { kind, key } }: Running, error: unknown): void {
    try {
      this.#onError(error, { kind, key });
    } catch {
      // A listener that fails is no reason to fail the work of others.
    }
  }

  #publish(event: OffloadEvent, running: Running, durationMs: number, error: unknown): void {
    const { kind, key } = running.task;
    const channel = channels[event];
    if (!channel.hasSubscribers) return;
    const isOver = this.#running.get(running.id) !== running;
    channel.publish({ kind, key, inFlight: this.#running.size, durationMs, isOver, error });
  }
}
