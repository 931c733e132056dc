import { isPromise, type MaybePromise } from "@hitbox/core";

/** `try { run() } finally { end() }` over values and promises. */
export function finish<T>(run: () => MaybePromise<T>, end: () => void): MaybePromise<T> {
  let result: MaybePromise<T>;
  try {
    result = run();
  } catch (error) {
    end();
    throw error;
  }
  if (isPromise(result)) return result.finally(end);
  end();
  return result;
}
