import { BackendError, type ErrorCode } from "../backend-error.ts";
import { copyError, plain, safeMessageOf } from "./copy-error.ts";

/** Names the kind of a client's error. */
export type KindOf = (error: unknown) => ErrorCode | undefined;

/** A client's error as a `BackendError` that is safe to log and to keep. */
export function safeFailure(error: unknown, kindOf: KindOf): BackendError {
  if (!BackendError.is(error))
    return new BackendError(kindOf(error) ?? "internal", safeMessageOf(error), { cause: copyError(error) });
  const { code, retryable, deleteStatus, backend } = error;
  const cause = error.cause === undefined ? {} : { cause: copyError(error.cause) };
  return new BackendError(code, plain(error.message), { backend, retryable, deleteStatus, ...cause });
}
