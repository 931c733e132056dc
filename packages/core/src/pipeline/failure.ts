import { inspect } from "node:util";
import { BackendError, type ErrorCode } from "../backend-error.ts";

/**
 * Wraps the error of a backend, format or compressor, once, with the label path, the operation and the cause.
 */
export function failure(path: string, operation: string, error: unknown, code: ErrorCode): BackendError {
  if (!BackendError.is(error)) {
    return new BackendError(code, `${path}: ${operation}: ${messageOf(error)}`, {
      backend: path,
      cause: error,
    });
  }
  if (error.backend !== "") return error;
  const { retryable, deleteStatus, cause } = error;
  const message = `${path}: ${operation}: ${error.message}`;
  return new BackendError(error.code, message, {
    backend: path,
    retryable,
    deleteStatus,
    cause: cause ?? error,
  });
}

/** The message of an error. Node's `fetch` names the reason, such as ECONNREFUSED, in the cause alone. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error === "string" ? error : inspect(error, { depth: 0 });
  if (error.message !== "fetch failed") return error.message;
  const { code, message } = Object(error.cause) as { code?: unknown; message?: unknown };
  const why = code ?? message;
  return typeof why === "string" && why !== "" ? `${error.message}: ${why}` : error.message;
}
