/** Most keys whose failures are remembered. The one that failed longest ago is forgotten for a new one. */
const MOST_KEYS = 10_000;
/** No pause is longer, unless `retryAfter` itself is. */
const LONGEST_PAUSE_MS = 60_000;

/** A failed load of a key that had an older value. Times are those of a clock that is not set. */
export interface Failure {
  /** What the load failed with. */
  readonly error: unknown;
  /** When the older value was asked for. */
  readonly createdAt: number;
  readonly at: number;
  /** Milliseconds of the first pause. Later ones are twice as long as the one before. */
  readonly retryAfter: number;
}

interface Pause extends Failure {
  readonly ms: number;
}

/**
 * Keys whose source is not asked again for a while, because it has just failed and an older value is at hand.
 * A newer value, from whichever process, ends the pause of its key.
 */
export class RetryPauses {
  /** In the order of the last failures. */
  readonly #pauses = new Map<string, Pause>();

  /** The failure that an entry which was asked for at `createdAt` is the answer for. */
  failureOf(key: string, createdAt: number, now: number): Failure | undefined {
    const pause = this.#pauses.size === 0 ? undefined : this.#pauses.get(key);
    if (pause === undefined || createdAt > pause.createdAt) return undefined;
    return now < pause.at + pause.ms ? pause : undefined;
  }

  failed(key: string, failure: Failure): void {
    const { createdAt, retryAfter } = failure;
    if (retryAfter === 0) return;
    const last = this.#pauses.get(key);
    const isAgain = last !== undefined && createdAt <= last.createdAt;
    const ms = isAgain ? Math.min(last.ms * 2, Math.max(LONGEST_PAUSE_MS, retryAfter)) : retryAfter;
    this.#pauses.delete(key);
    this.#pauses.set(key, { ...failure, ms });
    if (this.#pauses.size > MOST_KEYS) this.#forgetFirst();
  }

  /** The key has been loaded, set, deleted or invalidated. */
  end(key: string): void {
    if (this.#pauses.size > 0) this.#pauses.delete(key);
  }

  #forgetFirst(): void {
    const [first] = this.#pauses.keys();
    if (first !== undefined) this.#pauses.delete(first);
  }
}
