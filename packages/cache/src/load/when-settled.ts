import { isPromise, type MaybePromise } from "@hitbox/core";

/** Hands on the value of `run`, or its failure: now if it is here, else later. */
export function whenSettled<T>(
  run: () => MaybePromise<T>,
  take: (value: T) => void,
  fail: (error: unknown) => void,
): void {
  let value: MaybePromise<T>;
  try {
    value = run();
  } catch (error) {
    fail(error);
    return;
  }
  if (isPromise(value)) value.then(take, fail);
  else take(value);
}
