import { copyError, redacted, secretsAtHand } from "@hitbox/core/tier";
import type { Sender } from "./stop.ts";

/** Parts of the credentials that the SDK signs requests with. */
const CREDENTIALS = ["accessKeyId", "secretAccessKey", "sessionToken"];

/** An access key's id, and the parts of a signed request that a server may quote. */
const PATTERNS: readonly RegExp[] = [
  /\b(?:AKIA|ASIA)[A-Z0-9]{8,}\b/g,
  /(?<=(?:credential|signature|x-amz-security-token)["'\s]*[:=]["'\s]*)[^\s,"'&]+/gi,
];

/** The SDK tells its classes by these, so that `instanceof` holds for a copy, too. */
const FIELDS = ["$fault", "$service"];
const OBJECTS = { $metadata: ["httpStatusCode", "requestId", "attempts", "totalRetryDelay"] };

/**
 * Copies an error that the SDK threw, without secrets. The SDK's own error leads to the signed request, with
 * the id of the access key and the session token, and a message of the server may quote them.
 */
export async function safeError(error: unknown, { config }: Sender): Promise<Error> {
  const secrets = await secretsAtHand(config.credentials, CREDENTIALS);
  const reword = (message: string): string => redacted(message, secrets, PATTERNS);
  return copyError(error, { fields: FIELDS, objects: OBJECTS, reword });
}
