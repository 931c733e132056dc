import { BackendError } from "@hitbox/core";

const BRAND: unique symbol = Symbol.for("@hitbox/wrappers/OpenCircuit") as never;

/** The error of an operation that an open circuit did not let through. */
export function openCircuit(): BackendError {
  const message = "the circuit is open: the store failed repeatedly and is given a rest";
  return Object.defineProperty(new BackendError("unavailable", message), BRAND, { value: true });
}

/**
 * True if an operation failed because a circuit is open: its store was not asked, and need not be asked soon.
 */
export function isOpenCircuit(error: unknown): boolean {
  return typeof error === "object" && error !== null && (BRAND in error || hasOpenCause(error));
}

// Core wraps the errors of backends, and keeps them as causes.
function hasOpenCause({ cause }: { cause?: unknown }): boolean {
  return typeof cause === "object" && cause !== null && BRAND in cause;
}
