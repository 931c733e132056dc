import { type Backend, checkKnown, checkMilliseconds } from "@hitbox/core";
import { withDeadline } from "@hitbox/core/tier";
import { checkRaw } from "./check-raw.ts";

export interface DeadlineOptions {
  /** Milliseconds that an operation has: a whole number from 1 to 2^31 − 1. */
  readonly after: number;
}

/**
 * Rejects every operation of `backend` with `timeout` if it has not settled `after` milliseconds from its
 * start. The caller stops waiting; the store does not stop working, and its late outcome is dropped. Answers
 * without a promise are left alone. No timer keeps the process alive.
 *
 * A late write or remove never lands on a newer one: writes of a key are sent one after the other, each when
 * the one before has ended. If that takes longer than its deadline, a write fails with `timeout` and is not
 * sent.
 *
 * While 10,000 late operations have not ended, every other one fails at once with `unavailable`.
 *
 * @throws TypeError for a typed backend, and for an option that is unknown or wrong.
 * @example
 * const patient = deadline(memory({ maxEntries: 1_000 }), { after: 50 });
 */
export function deadline<Raw>(backend: Backend<Raw>, options: DeadlineOptions): Backend<Raw> {
  checkRaw(backend);
  checkKnown("deadline", options, ["after"], "{ after: 50 }");
  const after = checkMilliseconds("after", options.after, 1, 2 ** 31 - 1);
  return withDeadline(backend, after);
}
