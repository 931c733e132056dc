import { chain, type MaybePromise, recover } from "@hitbox/core";

/** Runs `run`, and tells how it has ended before whoever asked for it hears. */
export function observed<T>(
  run: () => MaybePromise<T>,
  succeeded: (answer: T) => void,
  failed: () => void,
): MaybePromise<T> {
  const answer = recover(run, (error): never => {
    failed();
    throw error;
  });
  return chain(answer, (value) => {
    succeeded(value);
    return value;
  });
}
