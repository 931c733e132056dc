import type { ErrorCode } from "@hitbox/core";

/*
 * Names of errors, as the SDK has them
 * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html), and Node's for sockets and
 * names. Those that neither time nor a retry mends are `internal`: validation, credentials, a missing table, a condition.
 */
const NAMES: ReadonlyMap<unknown, ErrorCode> = new Map([
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
    "UnprocessedItemsError",
  ]),
  ...coded("timeout", ["AbortError", "TimeoutError", "RequestTimeout", "RequestTimeoutException"]),
  ...coded("connection", [
    ...["EAI_AGAIN", "ECONNABORTED", "ECONNREFUSED", "ECONNRESET", "EHOSTDOWN", "EHOSTUNREACH", "ENETDOWN"],
    ...["ENETUNREACH", "ENOTFOUND", "EPIPE", "ETIMEDOUT"],
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
  const { code, name, message } = error as NodeJS.ErrnoException;
  if (name === "ValidationException" && message.startsWith("Item size")) return "too-large";
  // The code first: the SDK gives errors of sockets the name TimeoutError.
  return NAMES.get(code) ?? NAMES.get(name) ?? (isServerError(error) ? "unavailable" : undefined);
}

/** A reply of a proxy or load balancer may have a status and nothing else. */
function isServerError(error: Error): boolean {
  const { $metadata } = error as { $metadata?: { readonly httpStatusCode?: unknown } };
  return Number($metadata?.httpStatusCode) >= 500;
}
