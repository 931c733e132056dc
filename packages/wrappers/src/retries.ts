import { type MaybePromise, recover } from "@hitbox/core";

export interface RetriesSettings {
  /** Number of tries of an operation altogether. */
  readonly attempts: number;
  /** Milliseconds to wait before the n-th retry, the first being 1. */
  readonly wait: (retry: number) => number;
}

/** Runs operations again if they fail with an error that may pass. */
export class Retries {
  readonly #settings: RetriesSettings;
  readonly #isRetryable: (error: unknown) => boolean;
  /** Each ends a wait that is under way. */
  readonly #waiting = new Set<() => void>();
  #isStopped = false;

  constructor(settings: RetriesSettings, isRetryable: (error: unknown) => boolean) {
    this.#settings = settings;
    this.#isRetryable = isRetryable;
  }

  /** Answers without a promise if the first attempt succeeds, or fails for good, without one. */
  run<T>(run: () => MaybePromise<T>): MaybePromise<T> {
    return recover(run, (error) => {
      if (!this.#goesOn(1, error)) throw error;
      return this.#again(run, error);
    });
  }

  /**
   * Ends every wait; the operations that wait fail with the error that they had. Nothing is retried from now
   * on.
   */
  stop(): void {
    this.#isStopped = true;
    for (const end of this.#waiting) end();
  }

  async #again<T>(run: () => MaybePromise<T>, first: unknown): Promise<T> {
    let error = first;
    for (let retry = 1; this.#goesOn(retry, error); retry++) {
      await this.#wait(this.#settings.wait(retry));
      if (this.#isStopped) break;
      try {
        return await run();
      } catch (again) {
        error = again;
      }
    }
    throw error;
  }

  #goesOn(retry: number, error: unknown): boolean {
    return retry < this.#settings.attempts && !this.#isStopped && this.#isRetryable(error);
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(end);
        resolve();
      };
      const timer = setTimeout(end, ms);
      this.#waiting.add(end);
    });
  }
}
