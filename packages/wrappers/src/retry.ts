import { type Backend, checkInteger, checkKnown, checkOption } from "@hitbox/core";
import { around, KeyedQueue, type Operation } from "@hitbox/core/tier";
import { checkRaw } from "./check-raw.ts";
import { isRetryable } from "./error-kind.ts";
import { Retries } from "./retries.ts";

export interface RetryOptions {
  /** Number of tries of an operation altogether, 1 to 100. Default: 3. */
  readonly attempts?: number | undefined;
  /**
   * Milliseconds, whole. The wait before the n-th retry is a random part of `initial * 2^(n-1)`, or of `max`
   * if that is less. Default: 20 and 500.
   */
  readonly backoff?: { readonly initial?: number | undefined; readonly max?: number | undefined } | undefined;
  /** From 0 to below 1. Default: `Math.random`. */
  readonly random?: (() => number) | undefined;
}

const LONGEST_TIMER = 2 ** 31 - 1;
/** Operations that change no entry. */
const READS: ReadonlySet<Operation> = new Set(["read", "readMany", "releaseLease", "keys"]);

/**
 * Tries an operation again if its error is retryable (`connection`, `timeout`, `unavailable`, or a
 * `BackendError` that says so), after a wait with full jitter. The caller gets the last error. `lease` and
 * `writeFenced` are not idempotent, and are not retried. An open circuit is not tried again: it is meant to
 * fail at once.
 *
 * Writes and removes of a key are sent one after the other, retries included: an older value never lands on a
 * newer one. A remove whose reply was lost answers `missing` when it is done again, though it was the one
 * that removed the entry. Closing ends every wait.
 *
 * Full jitter: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 *
 * @throws TypeError for a typed backend, and for an option that is unknown or wrong.
 * @example
 * const stubborn = retry(memory({ maxEntries: 1_000 }), { attempts: 5, backoff: { initial: 10, max: 200 } });
 */
export function retry<Raw>(backend: Backend<Raw>, options: RetryOptions = {}): Backend<Raw> {
  checkRaw(backend);
  const retries = new Retries(settings(options), (error) => isRetryable(backend, error));
  const queue = new KeyedQueue();
  const wrapped = around(backend, (operation, keys, run) => {
    if (operation === "lease") return run();
    if (READS.has(operation)) return retries.run(run);
    if (operation === "clear") return queue.afterAll(() => retries.run(run));
    return queue.run(keys, operation === "writeFenced" ? run : () => retries.run(run));
  });
  const close = (): ReturnType<NonNullable<Backend["close"]>> => {
    retries.stop();
    return backend.close?.();
  };
  return Object.freeze({ ...wrapped, close });
}

function settings(options: RetryOptions): { attempts: number; wait: (retry: number) => number } {
  checkKnown("retry", options, ["attempts", "backoff", "random"]);
  const { attempts = 3, backoff = {}, random = Math.random } = options;
  checkInteger("attempts", attempts, 1, 100);
  checkOption(typeof backoff === "object" && backoff !== null, "backoff", backoff, "must be an object");
  checkKnown("retry: backoff", backoff, ["initial", "max"]);
  const { initial = 20, max = 500 } = backoff;
  checkInteger("backoff.max", max, 1, LONGEST_TIMER);
  checkInteger("backoff.initial", initial, 1, max);
  checkOption(typeof random === "function", "random", random, "must be a function");
  return { attempts, wait: (retry) => random() * Math.min(max, initial * 2 ** (retry - 1)) };
}
