import { setImmediate as nextTurn } from "node:timers/promises";
import { every } from "../every.ts";
import type { MaybePromise } from "../maybe-promise.ts";

/**
 * Removes expired entries in steps, and lets everything else go on between two steps. Keeps no process alive.
 */
export class StepSweeper {
  readonly #step: () => MaybePromise<boolean>;
  #end: (() => void) | undefined;
  #sweep: Promise<void> | undefined;
  #underWay: MaybePromise<unknown>;
  #isStopped = false;

  /** `step` removes some entries, and answers true if more may be left. */
  constructor(step: () => MaybePromise<boolean>) {
    this.#step = step;
  }

  /** One sweep at a time: an interval that ends during a sweep is skipped. */
  start(interval: number): void {
    this.#end = every(interval, () => void this.sweep());
  }

  /** The sweep that is under way, or a new one. Never rejects: the next sweep takes the remaining entries. */
  sweep(): Promise<void> {
    this.#sweep ??= this.#run().then(this.#ended, this.#ended);
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

  async #run(): Promise<void> {
    while (!this.#isStopped) {
      const step = this.#step();
      this.#underWay = step;
      if (!(await step)) return;
      await nextTurn(undefined, { ref: false });
    }
  }
}
