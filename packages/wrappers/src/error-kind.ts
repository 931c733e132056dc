import { type Backend, BackendError, type ErrorCode } from "@hitbox/core";
import { isOpenCircuit } from "./open-circuit.ts";

const OUTAGES: ReadonlySet<ErrorCode | undefined> = new Set(["connection", "timeout", "unavailable"]);

/** True if `error`, which `backend` threw, says that the store is not reached or does not serve. */
export function isOutage<Raw>(backend: Backend<Raw>, error: unknown): boolean {
  return OUTAGES.has(BackendError.is(error) ? error.code : classified(backend, error));
}

/**
 * True if the same operation may succeed soon: a `BackendError` says so itself; of other errors, outages may.
 */
export function isRetryable<Raw>(backend: Backend<Raw>, error: unknown): boolean {
  if (!BackendError.is(error)) return isOutage(backend, error);
  // An open circuit is there to fail its callers at once.
  return error.retryable && !isOpenCircuit(error);
}

// A classifier that fails must not hide the error that it was asked about.
function classified<Raw>(backend: Backend<Raw>, error: unknown): ErrorCode | undefined {
  try {
    return backend.classify?.(error);
  } catch {
    return undefined;
  }
}
