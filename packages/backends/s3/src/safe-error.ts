import type { S3ClientLike } from "./client.ts";

const LONGEST_MESSAGE = 500;
const DEEPEST_CAUSE = 5;
/** Shorter credentials, such as "test", are words of many messages. */
const SHORTEST_SECRET = 8;
/** Fields of the SDK's errors, and of Node's, that hold neither a request nor an answer. */
const FIELDS = ["code", "errno", "syscall"] as const;
const METADATA = ["httpStatusCode", "requestId", "attempts"] as const;

/** An access key's id, the parts of a signed request that a server may quote, and the key of an object. */
const PATTERNS: readonly RegExp[] = [
  /\b(?:AKIA|ASIA)[A-Z0-9]{8,}\b/g,
  /(?<=(?:credential|signature|x-amz-security-token)["'\s]*[:=]["'\s]*)[^\s,"'&]+/gi,
  /(?<=\barn:aws[\w-]*:s3:::[\w.-]+\/)[^\s"']+/g,
];

/**
 * Copies an error of the SDK, without secrets. The SDK's own error leads to the signed request, with the id
 * of the access key, the session token and the value. A server's message may quote them.
 */
export async function safeError(error: unknown, client: S3ClientLike): Promise<Error> {
  return copyOf(error, await secretsOf(client), DEEPEST_CAUSE);
}

function copyOf(error: unknown, secrets: readonly string[], depth: number): Error {
  if (!(error instanceof Error)) return new Error("the client threw something that is not an Error");
  const { name, cause, $metadata } = error as Error & { readonly $metadata?: object };
  const copy = new Error(messageOf(error, secrets));
  const fields = {
    name,
    ...picked(error, FIELDS),
    ...($metadata && { $metadata: picked($metadata, METADATA) }),
  };
  for (const [field, value] of Object.entries(fields))
    Object.defineProperty(copy, field, { value, enumerable: true, configurable: true, writable: true });
  if (cause !== undefined && depth > 0) copy.cause = copyOf(cause, secrets, depth - 1);
  const frames = error.stack?.match(/^ {4}at .*$/gm) ?? [];
  copy.stack = [`${name}: ${copy.message}`, ...frames].join("\n");
  return copy;
}

/** Many servers send a code and no message, for which the SDK says "UnknownError". */
function messageOf(
  { name, message, $metadata }: Error & { readonly $metadata?: object },
  secrets: readonly string[],
): string {
  const { httpStatusCode } = ($metadata ?? {}) as { httpStatusCode?: unknown };
  const status = httpStatusCode === undefined ? "" : ` (HTTP ${httpStatusCode})`;
  return message === "" || message === "UnknownError" ? `${name}${status}` : redacted(message, secrets);
}

/** The first line: further lines quote the request. */
function redacted(message: string, secrets: readonly string[]): string {
  const [line = ""] = message.trimStart().split(/[\r\n]/, 1);
  const known = secrets.reduce((text, secret) => text.replaceAll(secret, "***"), line);
  const text = PATTERNS.reduce((rest, pattern) => rest.replace(pattern, "***"), known);
  return text.length > LONGEST_MESSAGE ? `${text.slice(0, LONGEST_MESSAGE)}…` : text;
}

/**
 * The credentials that the client has at hand. A provider that must ask elsewhere first is not waited for.
 */
async function secretsOf({ config }: S3ClientLike): Promise<string[]> {
  const none = new Promise<object>((resolve) => setImmediate(resolve, {}));
  try {
    const identity = await Promise.race([config.credentials?.() ?? {}, none]);
    const { accessKeyId, secretAccessKey, sessionToken } = identity as Readonly<Record<string, unknown>>;
    const secrets = [accessKeyId, secretAccessKey, sessionToken];
    return secrets.filter(
      (secret) => typeof secret === "string" && secret.length >= SHORTEST_SECRET,
    ) as string[];
  } catch {
    return [];
  }
}

function picked(from: object, names: readonly string[]): Readonly<Record<string, unknown>> {
  const entries = names.map((name) => [name, (from as Readonly<Record<string, unknown>>)[name]]);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}
