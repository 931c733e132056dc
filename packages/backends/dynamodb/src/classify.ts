import { BackendError, type ErrorCode } from "@hitbox/core";
import { UnprocessedItemsError } from "./unprocessed-items-error.ts";

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
  ]),
  ...coded("timeout", [
    ...["AbortError", "TimeoutError", "RequestTimeout", "RequestTimeoutException"],
    ...["UND_ERR_HEADERS_TIMEOUT", "UND_ERR_BODY_TIMEOUT"],
  ]),
  ...coded("connection", [
    ...["EAI_AGAIN", "ECONNABORTED", "ECONNREFUSED", "ECONNRESET", "EHOSTDOWN", "EHOSTUNREACH", "ENETDOWN"],
    ...["ENETUNREACH", "ENOTFOUND", "EPIPE", "ETIMEDOUT"],
    ...["ERR_HTTP2_STREAM_CANCEL", "ERR_HTTP2_STREAM_ERROR", "ERR_HTTP2_SESSION_ERROR"],
    ...["ERR_HTTP2_GOAWAY_SESSION", "ERR_HTTP2_INVALID_SESSION", "UND_ERR_SOCKET", "UND_ERR_CONNECT_TIMEOUT"],
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
  if (BackendError.is(error)) return error.code;
  // `fetch` says only that it failed; what has failed is its cause.
  return named(error) ?? named(error.cause) ?? (isUnavailable(error) ? "unavailable" : undefined);
}

function named(error: unknown): ErrorCode | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, name, message } = error as NodeJS.ErrnoException;
  if (name === "ValidationException" && message.startsWith("Item size")) return "too-large";
  if (error instanceof UnprocessedItemsError) return leftUndone(error);
  // The code first: the SDK gives errors of sockets the name TimeoutError.
  return NAMES.get(code) ?? NAMES.get(name);
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
