import { BackendError, type ErrorCode } from "@hitbox/core";
import type { S3ClientLike } from "./client.ts";
import { safeError } from "./safe-error.ts";

/**
 * Codes of S3 (https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html), and of Ceph and MinIO.
 * Those that neither time nor a retry mends are `internal`. Core knows the errors of sockets.
 */
const CODES: Readonly<Record<string, ErrorCode>> = {
  SlowDown: "unavailable",
  ServiceUnavailable: "unavailable",
  InternalError: "unavailable",
  BandwidthLimitExceeded: "unavailable",
  RequestLimitExceeded: "unavailable",
  Throttling: "unavailable",
  ThrottlingException: "unavailable",
  TooManyRequests: "unavailable",
  OperationAborted: "unavailable",
  QuotaExceeded: "unavailable",
  XMinioStorageFull: "unavailable",
  RequestTimeout: "timeout",
  EntityTooLarge: "too-large",
  KeyTooLongError: "too-large",
  NotImplemented: "unsupported",
  NoSuchBucket: "internal",
  AccessDenied: "internal",
  AllAccessDisabled: "internal",
  InvalidAccessKeyId: "internal",
  SignatureDoesNotMatch: "internal",
  RequestTimeTooSkewed: "internal",
  ExpiredToken: "internal",
  TokenRefreshRequired: "internal",
  InvalidToken: "internal",
  CredentialsProviderError: "internal",
  PermanentRedirect: "internal",
  TemporaryRedirect: "unavailable",
  AuthorizationHeaderMalformed: "internal",
  InvalidObjectState: "internal",
};

const RIGHTS =
  "s3:GetObject, s3:PutObject and s3:DeleteObject for its objects, and s3:ListBucket for the bucket";
const NEW_CREDENTIALS = "Give credentials that are valid, or a provider that renews them";
const OTHER_REGION = "Set `region` to the bucket's, and `endpoint` if the server is not AWS's";

/** Remedies by the code of S3. */
const REMEDIES: Readonly<Record<string, (bucket: string) => string>> = {
  NoSuchBucket: (bucket) => `there is no bucket "${bucket}". Make it; the backend does not.`,
  AccessDenied: (bucket) =>
    `access to bucket "${bucket}" is denied. Allow ${RIGHTS}: without that, a miss is denied too.`,
  InvalidAccessKeyId: () => `the server does not know the access key. ${NEW_CREDENTIALS}.`,
  SignatureDoesNotMatch: () =>
    `the signature is wrong. Check the secret key, and a proxy that changes requests.`,
  ExpiredToken: () => `the credentials have expired. ${NEW_CREDENTIALS}.`,
  TokenRefreshRequired: () => `the credentials have expired. ${NEW_CREDENTIALS}.`,
  InvalidToken: () => `the session token is not valid. ${NEW_CREDENTIALS}.`,
  RequestTimeTooSkewed: () =>
    "this machine's clock differs from the server's by over 15 minutes. Set the clock.",
  PermanentRedirect: (bucket) => `bucket "${bucket}" is in another region. ${OTHER_REGION}.`,
  AuthorizationHeaderMalformed: (bucket) => `bucket "${bucket}" is in another region. ${OTHER_REGION}.`,
  InvalidObjectState: () => "the object was moved to an archive. Take the rule off the bucket that moves it.",
};

interface SdkError extends Error {
  readonly $metadata?: { readonly httpStatusCode?: number } | undefined;
}

export function classify(error: unknown): ErrorCode | undefined {
  if (BackendError.is(error)) return error.code;
  if (!(error instanceof Error)) return undefined;
  const { name } = error;
  if (Object.hasOwn(CODES, name)) return CODES[name];
  // A proxy may answer with a status and nothing that the SDK can read.
  const status = statusOf(error);
  if (status === 501) return "unsupported";
  return status === 429 || status >= 500 ? "unavailable" : undefined;
}

/** The error with its remedy, if there is one, and in any case without secrets. */
export async function failureOf(error: unknown, client: S3ClientLike, bucket: string): Promise<unknown> {
  if (BackendError.is(error)) return error;
  const safe = await safeError(error, client);
  const remedy = Object.hasOwn(REMEDIES, safe.name) ? REMEDIES[safe.name] : undefined;
  if (remedy === undefined) return safe;
  return new BackendError(classify(safe) ?? "internal", remedy(bucket), { cause: safe });
}

/** True if there is no such object. A bucket that is missing is another thing. */
export function isAbsent(error: unknown): boolean {
  return error instanceof Error && error.name === "NoSuchKey";
}

/** True if the condition of a write did not hold, or could not be told because of another write. */
export function isConflict(error: unknown): boolean {
  return hasStatus(error, 412) || hasStatus(error, 409) || isAbsent(error);
}

export function hasStatus(error: unknown, status: number): boolean {
  return error instanceof Error && statusOf(error) === status;
}

function statusOf(error: SdkError): number {
  return error.$metadata?.httpStatusCode ?? 0;
}
