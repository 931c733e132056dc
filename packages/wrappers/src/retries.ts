import { type MaybePromise, recover } from "@hitbox/core";
import type { Change } from "./newest-change.ts";

export interface RetriesSettings {
  /** How often an operation is tried altogether. */
  readonly attempts: number;
  /** Milliseconds to wait before the n-th retry, the first being 1. */
  readonly wait: (retry: number) => number;
}

/** Runs operations again that failed with an error that may pass. */
export class Retries {
  readonly #settings: RetriesSettings;
  readonly #isRetryable: (error: unknown) => boolean;
  /** How to end each wait that is under way. */
  readonly #waiting = new Set<() => void>();
  #isStopped = false;

  constructor(settings: RetriesSettings, isRetryable: (error: unknown) => boolean) {
    this.#settings = settings;
    this.#isRetryable = isRetryable;
  }

  /**
   * Gives up where `change` is no longer the newest. What succeeds, or fails for good, without a promise is answered
   * without one.
   */
  run<T>(run: () => MaybePromise<T>, change: Readonly<Change>): MaybePromise<T> {
    return recover(run, (error) => {
      if (!this.#goesOn(1, error, change)) throw error;
      return this.#again(run, error, change);
    });
  }

  /** Ends every wait; what waited fails with the error that it had. Nothing is retried from now on. */
  stop(): void {
    this.#isStopped = true;
    for (const end of this.#waiting) end();
  }

  async #again<T>(run: () => MaybePromise<T>, first: unknown, change: Readonly<Change>): Promise<T> {
    let error = first;
    for (let retry = 1; this.#goesOn(retry, error, change); retry++) {
      await this.#wait(this.#settings.wait(retry));
      if (this.#isStopped || !change.isNewest) break;
      try {
        return await run();
      } catch (again) {
        error = again;
      }
    }
    throw error;
  }

  #goesOn(retry: number, error: unknown, change: Readonly<Change>): boolean {
    return retry < this.#settings.attempts && !this.#isStopped && change.isNewest && this.#isRetryable(error);
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
