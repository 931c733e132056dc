import { messageOf } from "../keys/space-of.ts";

/** The longest time that a timer can wait for; a longer timeout is none. */
export const LONGEST_TIMER_MS: number = 2 ** 31 - 1;

export function timeoutError(key: string, ms: number): DOMException {
  const message = messageOf(key, `no value within hardTimeout, which is ${ms} ms`);
  return new DOMException(message, "TimeoutError");
}

export function isTimeout(error: unknown): boolean {
  return error instanceof DOMException && error.name === "TimeoutError";
}
