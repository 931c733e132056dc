import { copyError, redacted, secretsAtHand } from "@hitbox/core/tier";
import type { S3ClientLike } from "./client.ts";

/** Parts of the credentials that the SDK signs requests with. */
const CREDENTIALS = ["accessKeyId", "secretAccessKey", "sessionToken"];

/** An access key's id, the parts of a signed request that a server may quote, and the key of an object. */
const PATTERNS: readonly RegExp[] = [
  /\b(?:AKIA|ASIA)[A-Z0-9]{8,}\b/g,
  /(?<=(?:credential|signature|x-amz-security-token)["'\s]*[:=]["'\s]*)[^\s,"'&]+/gi,
  /(?<=\barn:aws[\w-]*:s3:::[\w.-]+\/)[^\s"']+/g,
];

/** The SDK tells its classes by these, so that `instanceof` holds for a copy, too. */
const FIELDS = ["$fault", "$service"];
const OBJECTS = { $metadata: ["httpStatusCode", "requestId", "attempts"] };

/**
 * Copies an error of the SDK, without secrets. The SDK's own error leads to the signed request, with the id
 * of the access key, the session token and the value. A server's message may quote them.
 */
export async function safeError(error: unknown, { config }: S3ClientLike): Promise<Error> {
  const secrets = await secretsAtHand(config.credentials, CREDENTIALS);
  const reword = (message: string, of: Error): string => redacted(worded(message, of), secrets, PATTERNS);
  return copyError(error, { fields: FIELDS, objects: OBJECTS, reword });
}

/** Many servers send a code and no message, for which the SDK says "UnknownError". */
function worded(
  message: string,
  error: Error & { readonly $metadata?: { httpStatusCode?: number } },
): string {
  if (message !== "" && message !== "UnknownError") return message;
  const status = error.$metadata?.httpStatusCode;
  return status === undefined ? error.name : `${error.name} (HTTP ${status})`;
}
