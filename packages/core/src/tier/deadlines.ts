import { BackendError } from "../backend-error.ts";
import { KeyedQueue } from "../keyed-queue.ts";
import { isPromise, type MaybePromise } from "../maybe-promise.ts";

/**
 * Deadlines for the operations of one store. Answers without a promise are left alone. No timer keeps the
 * process alive.
 *
 * A late write never lands on a newer one: writes of a key are sent one after the other, each when the one
 * before has ended. If that takes longer than its deadline, a write fails with `timeout` and is not sent.
 * While 10,000 late operations have not ended, every other one fails at once with `unavailable`.
 */
export class Deadlines {
  readonly #queue = new KeyedQueue();
  readonly #late: Late = { count: 0 };

  /** For operations that change no entry. */
  read<T>(ms: number, run: () => MaybePromise<T>): MaybePromise<T> {
    return this.#within(ms, run);
  }

  write<T>(ms: number, keys: string | readonly string[], run: () => MaybePromise<T>): MaybePromise<T> {
    return this.#within(ms, (isLate) => this.#queue.run(keys, unless(isLate, run)));
  }

  /** After all writes so far. */
  clear<T>(ms: number, run: () => MaybePromise<T>): MaybePromise<T> {
    return this.#within(ms, (isLate) => this.#queue.afterAll(unless(isLate, run)));
  }

  #within<T>(ms: number, run: (isLate: () => boolean) => MaybePromise<T>): MaybePromise<T> {
    if (this.#late.count >= MOST_LATE) throw tooManyLate();
    return within(ms, this.#late, run);
  }
}

/** Most operations that a store may leave unanswered: each holds its value, or a place behind another. */
const MOST_LATE = 10_000;

/** Number of operations whose callers have been told that they failed, and that have not ended yet. */
interface Late {
  count: number;
}

function tooManyLate(): BackendError {
  return new BackendError(
    "unavailable",
    `${MOST_LATE} late operations are still without an answer; the store must answer some first`,
  );
}

/** `run`, unless its caller has been told by then that it failed. */
function unless<T>(isLate: () => boolean, run: () => MaybePromise<T>): () => MaybePromise<T> {
  return () => {
    if (isLate())
      throw new BackendError("timeout", "not sent: earlier writes took longer than this deadline");
    return run();
  };
}

/** Runs `run`, and rejects if its answer takes longer than `ms`. From then on `isLate` is true. */
function within<T>(ms: number, late: Late, run: (isLate: () => boolean) => MaybePromise<T>): MaybePromise<T> {
  let isLate = false;
  const answer = run(() => isLate);
  if (!isPromise(answer)) return answer;
  return new Promise((resolve, reject) => {
    const expire = (): void => {
      if (isSettled) return;
      isLate = true;
      late.count += 1;
      reject(new BackendError("timeout", `no answer within ${ms} ms`));
    };
    let isSettled = false;
    // After a turn of the event loop: if the loop was blocked for long, the answer is there and only has to
    // be read.
    const timer = setTimeout(() => setImmediate(expire), ms).unref();
    const settle = (): void => {
      isSettled = true;
      if (isLate) late.count -= 1;
      clearTimeout(timer);
    };
    answer.then(
      (value) => {
        settle();
        resolve(value);
      },
      (error: unknown) => {
        settle();
        reject(error);
      },
    );
  });
}
