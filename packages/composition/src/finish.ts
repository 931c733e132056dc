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
  if (isPromise(result)) return ended(result, end);
  end();
  return result;
}

/** As `finally`, which makes three promises of it. */
function ended<T>(promise: Promise<T>, end: () => void): Promise<T> {
  return promise.then(
    (value) => {
      end();
      return value;
    },
    (error: unknown) => {
      end();
      throw error;
    },
  );
}
