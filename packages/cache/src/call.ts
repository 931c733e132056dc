import type { CacheValue } from "@hitbox/core";

/** What a tier answered with, found good. */
export interface Found<T> {
  readonly entry: CacheValue<unknown>;
  /** Undefined: "not found" was stored. */
  readonly data: T | undefined;
}

/**
 * One load of a key, or a read that may lead to one, and all who wait for it. It belongs to the cache: a caller who goes
 * away leaves it to the others, and the last one ends it.
 */
export class Call<T> {
  readonly key: string;
  readonly controller: AbortController = new AbortController();
  answer: Promise<T | undefined> = NEVER;
  /** At hand while the load is under way. */
  stale: Found<T> | undefined;
  tags: readonly string[] = [];
  /** The key was set or deleted since: what is loaded is for those who wait, and not for the store. */
  isOutdated = false;
  #waiting = 0;

  constructor(key: string) {
    this.key = key;
  }

  /** The answer, or the caller's own end. */
  wait(signal: AbortSignal | undefined): Promise<T | undefined> {
    this.#waiting += 1;
    if (signal === undefined) return this.answer;
    return new Promise((resolve, reject) => {
      const abort = (): void => {
        this.#leave(signal.reason);
        reject(signal.reason);
      };
      signal.addEventListener("abort", abort, { once: true });
      const end = (): void => signal.removeEventListener("abort", abort);
      this.answer.then(resolve, reject).then(end);
    });
  }

  #leave(reason: unknown): void {
    this.#waiting -= 1;
    if (this.#waiting === 0) this.controller.abort(reason);
  }
}

const NEVER = new Promise<never>(() => {});
