import { type Backend, BackendError, type ErrorCode } from "@hitbox/core";
import { isBrokenCircuitError } from "cockatiel";

const OUTAGES: ReadonlySet<ErrorCode | undefined> = new Set(["connection", "timeout", "unavailable"]);

/** Whether `error`, which `backend` threw, says that the store is not reached or does not serve. */
export function isOutage<Raw>(backend: Backend<Raw>, error: unknown): boolean {
  return OUTAGES.has(BackendError.is(error) ? error.code : classified(backend, error));
}

/** Whether the same operation may succeed soon: what a `BackendError` says of itself, and any outage. */
export function isRetryable<Raw>(backend: Backend<Raw>, error: unknown): boolean {
  if (!BackendError.is(error)) return isOutage(backend, error);
  // Who meets an open circuit is not to wait: that is what it is for.
  return error.retryable && !isBrokenCircuitError(error.cause);
}

// A classifier that fails must not take the place of the error that it was asked about.
function classified<Raw>(backend: Backend<Raw>, error: unknown): ErrorCode | undefined {
  try {
    return backend.classify?.(error);
  } catch {
    return undefined;
  }
}
