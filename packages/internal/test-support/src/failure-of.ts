import { BackendError, type ErrorCode } from "@hitbox/core";

/** The failure of an operation, and the milliseconds that it took. */
export interface Failure {
  readonly code: ErrorCode;
  readonly ms: number;
  readonly error: BackendError;
}

/** Runs an operation that must fail with a `BackendError`. */
export async function failureOf(run: () => unknown): Promise<Failure> {
  const start = performance.now();
  try {
    await run();
  } catch (error) {
    if (BackendError.is(error)) return { code: error.code, ms: performance.now() - start, error };
    throw error;
  }
  throw new Error("expected a BackendError");
}
