import { BackendError } from "@hitbox/core";

/** The error of a composition of which both tiers failed. It names both; `cause` is an AggregateError of the two. */
export function bothFailed(label: string, first: BackendError, second: BackendError): BackendError {
  const message = `${label}: Both cache layers failed: ${first.message}; ${second.message}`;
  return new BackendError(second.code, message, {
    backend: label,
    retryable: first.retryable || second.retryable,
    cause: new AggregateError([first, second], message),
  });
}
