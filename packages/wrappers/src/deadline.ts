import { type Backend, BackendError, checkInteger, checkKnown, checkOption, isPromise } from "@hitbox/core";
import { around } from "./around.ts";
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
 * @throws TypeError for a typed backend, and for an option that is unknown or wrong.
 * @example
 * const patient = deadline(memory({ maxEntries: 1_000 }), { after: 50 });
 */
export function deadline<Raw>(backend: Backend<Raw>, options: DeadlineOptions): Backend<Raw> {
  checkRaw(backend);
  checkOption(typeof options === "object" && options !== null, "options", options, "must be an object");
  checkKnown(options, ["after"]);
  const after = checkInteger("after", options.after, 1, 2 ** 31 - 1);
  return around(backend, (_, __, run) => {
    const answer = run();
    return isPromise(answer) ? within(after, answer) : answer;
  });
}

function within<T>(ms: number, answer: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const expire = (): void => reject(new BackendError("timeout", `no answer within ${ms} ms`));
    // After a turn of the event loop: where that was blocked for long, the answer is there and only has to be read.
    const timer = setTimeout(() => setImmediate(expire), ms).unref();
    answer.then(
      (value) => {
        clearTimeout(timer);
        resolve(value);
      },
      (error: unknown) => {
        clearTimeout(timer);
        reject(error);
      },
    );
  });
}
