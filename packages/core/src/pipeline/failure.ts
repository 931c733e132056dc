import { BackendError, type ErrorCode } from "../backend-error.ts";
import { messageOf } from "../message-of.ts";

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
