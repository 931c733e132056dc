import type { Sender } from "./stop.ts";

const LONGEST_MESSAGE = 500;
const DEEPEST_CAUSE = 5;
/** Shorter credentials, such as "test", are a stand-in's, and words of many messages. */
const SHORTEST_SECRET = 8;
/** Fields of the SDK's errors, and of Node's, that hold neither a request nor a response. */
const FIELDS = ["name", "code", "errno", "syscall", "$fault", "$service"] as const;
const METADATA = ["httpStatusCode", "requestId", "attempts", "totalRetryDelay"] as const;

/** An access key's id, and the parts of a signed request that a server may quote. */
const PATTERNS: readonly RegExp[] = [
  /\b(?:AKIA|ASIA)[A-Z0-9]{8,}\b/g,
  /(?<=(?:credential|signature|x-amz-security-token)["'\s]*[:=]["'\s]*)[^\s,"'&]+/gi,
];

/**
 * Copies an error that the SDK threw, without secrets. The SDK's own error leads to the signed request, with
 * the id of the access key and the session token, and a message of the server may quote them. The copy has
 * the same class.
 */
export async function safeError(error: unknown, client: Sender): Promise<unknown> {
  return copyOf(error, await secretsOf(client), DEEPEST_CAUSE);
}

function copyOf(error: unknown, secrets: readonly string[], depth: number): unknown {
  if (!(error instanceof Error)) return new Error("the client threw something that is not an Error");
  const copy = new Error(redacted(error.message, secrets));
  Object.setPrototypeOf(copy, Object.getPrototypeOf(error) as object);
  define(copy, picked(error, FIELDS));
  const { $metadata, cause } = error as { $metadata?: object; cause?: unknown };
  if ($metadata) define(copy, { $metadata: picked($metadata, METADATA) });
  if (cause !== undefined && depth > 0) define(copy, { cause: copyOf(cause, secrets, depth - 1) });
  const frames = error.stack?.match(/^ {4}at .*$/gm) ?? [];
  define(copy, { stack: [`${copy.name}: ${copy.message}`, ...frames].join("\n") });
  return copy;
}

/** The first line: the server's further lines quote the request. */
function redacted(message: string, secrets: readonly string[]): string {
  const [line = ""] = message.trimStart().split(/[\r\n]/, 1);
  const known = secrets.reduce((text, secret) => text.replaceAll(secret, "***"), line);
  const text = PATTERNS.reduce((rest, pattern) => rest.replace(pattern, "***"), known);
  return text.length > LONGEST_MESSAGE ? `${text.slice(0, LONGEST_MESSAGE)}…` : text;
}

/**
 * The credentials that the client has at hand. A provider that must ask elsewhere first is not waited for.
 */
async function secretsOf({ config }: Sender): Promise<string[]> {
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

/** Some classes have such fields as getters. */
function define(target: object, fields: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(fields))
    Object.defineProperty(target, name, {
      value,
      enumerable: name !== "stack",
      configurable: true,
      writable: true,
    });
}
