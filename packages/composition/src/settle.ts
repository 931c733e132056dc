import { BackendError, isPromise, type MaybePromise } from "@hitbox/core";

/** The end of a tier's operation. */
export type Settled<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: BackendError };

/**
 * Runs a tier's operation and catches its `BackendError`. Any other error is the caller's mistake, and
 * thrown.
 */
export function settle<T>(run: () => MaybePromise<T>): MaybePromise<Settled<T>> {
  try {
    const value = run();
    return isPromise(value) ? value.then(succeeded, failed) : succeeded(value);
  } catch (error) {
    return failed(error);
  }
}

/** Runs `next` when both have settled; now, when both are here already. */
export function both<A, B, R>(
  first: MaybePromise<A>,
  second: MaybePromise<B>,
  next: (first: A, second: B) => MaybePromise<R>,
): MaybePromise<R> {
  if (!isPromise(first) && !isPromise(second)) return next(first, second);
  return Promise.all([first, second]).then(([a, b]) => next(a, b));
}

function succeeded<T>(value: T): Settled<T> {
  return { ok: true, value };
}

function failed(error: unknown): { readonly ok: false; readonly error: BackendError } {
  if (BackendError.is(error)) return { ok: false, error };
  throw error;
}
