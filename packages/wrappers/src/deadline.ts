import {
  type Backend,
  BackendError,
  checkInteger,
  checkKnown,
  checkOption,
  isPromise,
  type MaybePromise,
} from "@hitbox/core";
import { around, type Operation } from "./around.ts";
import { LateChanges } from "./late-changes.ts";
import { checkRaw } from "./outline.ts";

export interface DeadlineOptions {
  /** Milliseconds that an operation has: a whole number from 1 to 2^31 − 1. */
  readonly after: number;
}

/**
 * Every operation of `backend` that has not settled `after` milliseconds from its start rejects with `timeout`. The
 * caller stops waiting, the store does not stop working: what it does later is done, and its outcome is dropped.
 * What answers without a promise is left alone. No timer keeps the process alive.
 *
 * A write or remove that is late in this way never lands on a newer one: the next write, remove or clear of its key is
 * sent when it has ended, and fails with `timeout`, unsent, where that does not happen in time.
 *
 * @throws TypeError for a typed backend, and for an option that is unknown or wrong.
 * @example
 * const patient = deadline(memory({ maxEntries: 1_000 }), { after: 50 });
 */
export function deadline<Raw>(backend: Backend<Raw>, options: DeadlineOptions): Backend<Raw> {
  checkRaw(backend);
  checkOption(typeof options === "object" && options !== null, "options", options, "must be an object");
  checkKnown("deadline", options, ["after"]);
  const after = checkInteger("after", options.after, 1, 2 ** 31 - 1);
  const late = new LateChanges();
  return around(backend, (operation, keys, run) => {
    return READS.has(operation)
      ? limited(after, run)
      : inOrder(late, after, typeof keys === "string" ? [keys] : keys, run);
  });
}

/** What changes no entry. */
const READS: ReadonlySet<Operation> = new Set(["read", "readMany", "lease", "releaseLease"]);

function limited<T>(ms: number, run: () => MaybePromise<T>): MaybePromise<T> {
  const answer = run();
  return isPromise(answer) ? within(ms, answer, () => {}) : answer;
}

function inOrder<T>(
  late: LateChanges,
  ms: number,
  keys: readonly string[],
  run: () => MaybePromise<T>,
): MaybePromise<T> {
  const earlier = late.ended(keys);
  if (earlier) return afterwards(late, ms, keys, earlier, run);
  const answer = run();
  return isPromise(answer) ? within(ms, answer, () => late.add(keys, answer)) : answer;
}

function afterwards<T>(
  late: LateChanges,
  ms: number,
  keys: readonly string[],
  earlier: Promise<unknown>,
  run: () => MaybePromise<T>,
): Promise<T> {
  let state: "waiting" | "sent" | "over" = "waiting";
  const turn = earlier.then(() => {
    // Its caller has been told that it failed.
    if (state === "over") return undefined;
    state = "sent";
    return { answer: run() };
  });
  // What comes while this one waits comes after it.
  late.add(keys, turn);
  const answer = turn.then((sent) => sent?.answer as MaybePromise<T>);
  return within(ms, answer, () => {
    if (state === "sent") late.add(keys, answer);
    state = "over";
  });
}

function within<T>(ms: number, answer: Promise<T>, onLate: () => void): Promise<T> {
  return new Promise((resolve, reject) => {
    const expire = (): void => {
      if (isSettled) return;
      onLate();
      reject(new BackendError("timeout", `no answer within ${ms} ms`));
    };
    let isSettled = false;
    // After a turn of the event loop: where that was blocked for long, the answer is there and only has to be read.
    const timer = setTimeout(() => setImmediate(expire), ms).unref();
    const settle = (): void => {
      isSettled = true;
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
