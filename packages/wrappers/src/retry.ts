import { type Backend, checkInteger, checkKnown, checkOption } from "@hitbox/core";
import { around, type Operation } from "./around.ts";
import { isRetryable } from "./error-kind.ts";
import { NewestChange } from "./newest-change.ts";
import { checkRaw } from "./outline.ts";
import { Retries } from "./retries.ts";

export interface RetryOptions {
  /** How often an operation is tried altogether, 1 to 100. Default: 3. */
  readonly attempts?: number | undefined;
  /**
   * The wait before the n-th retry is a random part of `initial * 2^(n-1)`, but of no more than `max`, in whole
   * milliseconds. Default: 20 and 500.
   */
  readonly backoff?: { readonly initial?: number | undefined; readonly max?: number | undefined } | undefined;
  /** From 0 to below 1. Default: `Math.random`. */
  readonly random?: (() => number) | undefined;
}

const LONGEST_TIMER = 2 ** 31 - 1;
/** What changes no entry is never outdated. */
const READS: ReadonlySet<Operation> = new Set(["read", "readMany", "releaseLease"]);
const READING = Object.freeze({ isNewest: true });

/**
 * Tries an operation again where its error is retryable (`connection`, `timeout`, `unavailable`, or a `BackendError`
 * that says so), after a wait with full jitter. All operations are retried but `lease` and
 * `writeFenced`, which are not idempotent; the last error is what the caller gets. An open circuit is not tried again: it fails at once, as it should.
 *
 * A write or remove is given up, with its last error, once a newer write or remove of one of its keys, or a clear, has
 * been issued through this wrapper: an older value never lands on a newer one. A remove whose reply was lost and which
 * is done again answers `missing`, though it was the one that removed the entry. Closing gives up whatever waits.
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
  const newest = new NewestChange();
  const wrapped = around(backend, (operation, keys, run) => {
    if (READS.has(operation)) return retries.run(run, READING);
    if (operation === "lease") return run();
    if (operation === "clear") newest.clear();
    return newest.during(keys, (change) => (operation === "writeFenced" ? run() : retries.run(run, change)));
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
