import { setImmediate as nextTurn } from "node:timers/promises";
import type { Backend } from "../backend.ts";
import { BackendError } from "../backend-error.ts";
import { every } from "../every.ts";
import type { MaybePromise } from "../maybe-promise.ts";
import { safeFailure } from "./safe-error.ts";

/**
 * Removes expired entries in steps, and lets everything else go on between two steps. Keeps no process alive.
 */
export class StepSweeper {
  readonly #step: () => MaybePromise<boolean>;
  #end: (() => void) | undefined;
  #sweep: Promise<void> | undefined;
  #underWay: MaybePromise<unknown>;
  #isStopped = false;
  #backend: Backend<unknown> | undefined;

  /** `step` removes some entries, and answers true if more may be left. */
  constructor(step: () => MaybePromise<boolean>) {
    this.#step = step;
  }

  /**
   * One sweep at a time: an interval that ends during a sweep is skipped. `onError` of the backend hears of a
   * sweep that fails.
   */
  start(interval: number, backend?: Backend<unknown>): void {
    this.#backend = backend;
    this.#end = every(interval, () => void this.sweep());
  }

  /** The sweep that is under way, or a new one. Never rejects: the next sweep takes the remaining entries. */
  sweep(): Promise<void> {
    this.#sweep ??= this.#run().then(this.#ended, this.#failed);
    return this.#sweep;
  }

  /** Waits for the step that is under way. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#end?.();
    await Promise.resolve(this.#underWay).catch(() => undefined);
  }

  readonly #ended = (): void => {
    this.#sweep = undefined;
  };

  readonly #failed = (error: unknown): void => {
    this.#ended();
    if (this.#isStopped || this.#backend === undefined) return;
    try {
      this.#backend.onError?.(failureOf(this.#backend, error));
    } catch {
      // A listener of the caller's decides about no sweep.
    }
  };

  async #run(): Promise<void> {
    while (!this.#isStopped) {
      const step = this.#step();
      this.#underWay = step;
      if (!(await step)) return;
      await nextTurn(undefined, { ref: false });
    }
  }
}

function failureOf(backend: Backend<unknown>, error: unknown): BackendError {
  const { code, message, cause } = safeFailure(error, (one) => backend.classify?.(one));
  const text = `${backend.label}: a sweep failed, so expired entries stay until the next one: ${message}`;
  return new BackendError(code, text, { backend: backend.label, cause });
}
