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
  readonly #failed: Failed;

  /** `failed` makes of an error of the store the one that its caller receives. */
  constructor(failed: Failed = (error) => error) {
    this.#failed = failed;
  }

  /** For work that changes no entry, or that checks by itself if it is too late. */
  read<T>(ms: number, run: () => MaybePromise<T>, endedLate?: () => void): MaybePromise<T> {
    if (this.#late.count >= MOST_LATE) throw tooManyLate();
    const answer = this.#called(run);
    if (!isPromise(answer)) return answer;
    return limited(answer, { ms, late: this.#late, failed: this.#failed, endedLate });
  }

  /** `endedLate` is called when a write has ended that its caller was told has failed. */
  write<T>(
    ms: number,
    keys: string | readonly string[],
    run: () => MaybePromise<T>,
    endedLate?: () => void,
  ): MaybePromise<T> {
    return this.#within(ms, (isLate) => this.#queue.run(keys, unless(isLate, run)), endedLate);
  }

  /** After all writes so far. */
  clear<T>(ms: number, run: () => MaybePromise<T>, endedLate?: () => void): MaybePromise<T> {
    return this.#within(ms, (isLate) => this.#queue.afterAll(unless(isLate, run)), endedLate);
  }

  #within<T>(
    ms: number,
    run: (isLate: () => boolean) => MaybePromise<T>,
    endedLate: (() => void) | undefined,
  ): MaybePromise<T> {
    if (this.#late.count >= MOST_LATE) throw tooManyLate();
    let isLate = false;
    const answer = this.#called(() => run(() => isLate));
    if (!isPromise(answer)) return answer;
    const expired = (): void => {
      isLate = true;
    };
    return limited(answer, { ms, late: this.#late, failed: this.#failed, expired, endedLate });
  }

  #called<T>(run: () => MaybePromise<T>): MaybePromise<T> {
    try {
      return run();
    } catch (error) {
      throw this.#failed(error);
    }
  }
}

type Failed = (error: unknown) => unknown;

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

interface Limit {
  readonly ms: number;
  readonly late: Late;
  readonly failed: Failed;
  readonly expired?: () => void;
  readonly endedLate: (() => void) | undefined;
}

/** `answer`, or a failure if it takes longer than `ms`. Then `expired` is called before the failure. */
function limited<T>(answer: Promise<T>, { ms, late, failed, expired, endedLate }: Limit): Promise<T> {
  return new Promise((resolve, reject) => {
    let isSettled = false;
    let isLate = false;
    const expire = (): void => {
      if (isSettled) return;
      isLate = true;
      expired?.();
      late.count += 1;
      reject(new BackendError("timeout", `no answer within ${ms} ms`));
    };
    // After a turn of the event loop: if the loop was blocked for long, the answer is there and only has to
    // be read.
    const timer = setTimeout(() => setImmediate(expire), ms).unref();
    const settle = (): void => {
      isSettled = true;
      clearTimeout(timer);
      if (!isLate) return;
      late.count -= 1;
      endedLate?.();
    };
    answer.then(
      (value) => {
        settle();
        resolve(value);
      },
      (error: unknown) => {
        settle();
        reject(failed(error));
      },
    );
  });
}
