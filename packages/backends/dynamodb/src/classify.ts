import type { ErrorCode } from "@hitbox/core";
import { classifyBy } from "@hitbox/core/tier";
import { UnprocessedItemsError } from "./unprocessed-items-error.ts";

/*
 * Names of errors, as the SDK has them
 * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html). Errors that neither time nor a
 * retry mends are `internal`: validation, credentials, a missing table, a condition. Core knows the errors of sockets.
 */
const CODES: Readonly<Record<string, ErrorCode>> = Object.fromEntries([
  ...coded("unavailable", [
    ...[
      "ProvisionedThroughputExceededException",
      "RequestLimitExceeded",
      "ThrottlingException",
      "Throttling",
    ],
    ...["TooManyRequestsException", "LimitExceededException", "ReplicatedWriteConflictException"],
    ...["TransactionConflictException", "TransactionInProgressException", "ResourceInUseException"],
    ...[
      "InternalServerError",
      "InternalServerException",
      "ServiceUnavailable",
      "ServiceUnavailableException",
    ],
  ]),
  ...coded("timeout", ["RequestTimeout", "RequestTimeoutException"]),
  ...coded("connection", [
    ...["ETIMEDOUT", "ERR_HTTP2_STREAM_CANCEL", "ERR_HTTP2_STREAM_ERROR", "ERR_HTTP2_SESSION_ERROR"],
    ...["ERR_HTTP2_GOAWAY_SESSION", "ERR_HTTP2_INVALID_SESSION", "UND_ERR_CONNECT_TIMEOUT"],
  ]),
  ...coded("internal", [
    ...["ValidationException", "SerializationException", "ResourceNotFoundException"],
    ...["UnrecognizedClientException", "InvalidSignatureException", "ExpiredTokenException"],
    ...["IncompleteSignatureException", "MissingAuthenticationTokenException", "AccessDeniedException"],
    ...["CredentialsProviderError", "TokenProviderError", "ConditionalCheckFailedException"],
  ]),
]);

function coded(code: ErrorCode, names: readonly string[]): (readonly [string, ErrorCode])[] {
  return names.map((name) => [name, code]);
}

/** The kind of an error that the SDK threw. */
export function classify(error: unknown): ErrorCode | undefined {
  if (!(error instanceof Error)) return undefined;
  const { name, message } = error;
  if (name === "ValidationException" && message.startsWith("Item size")) return "too-large";
  if (error instanceof UnprocessedItemsError) return leftUndone(error);
  return classifyBy(CODES, error) ?? (isUnavailable(error) ? "unavailable" : undefined);
}

/** Where the batch was not sent again because that was refused, for lack of credentials say, no retry mends it. */
function leftUndone({ cause }: UnprocessedItemsError): ErrorCode {
  return classify(cause) === "internal" ? "internal" : "unavailable";
}

/** A reply of a proxy or load balancer may have a status and nothing else. */
function isUnavailable(error: Error): boolean {
  const { $metadata } = error as { $metadata?: { readonly httpStatusCode?: unknown } };
  const status = Number($metadata?.httpStatusCode);
  return status === 429 || status >= 500;
}
