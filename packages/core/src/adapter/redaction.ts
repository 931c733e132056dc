/** Shorter credentials, such as "test", are a stand-in's, and words of many messages. */
const SHORTEST_SECRET = 8;

/**
 * The parts of a client's credentials that no message may show. A provider that must ask elsewhere first is
 * not waited for.
 */
export async function secretsAtHand(
  provider: (() => PromiseLike<object>) | undefined,
  names: readonly string[],
): Promise<string[]> {
  const none = new Promise<object>((resolve) => setImmediate(resolve, {}));
  try {
    const credentials = (await Promise.race([provider?.() ?? {}, none])) as Readonly<Record<string, unknown>>;
    const secrets = names.map((name) => credentials[name]);
    return secrets.filter(
      (secret) => typeof secret === "string" && secret.length >= SHORTEST_SECRET,
    ) as string[];
  } catch {
    return [];
  }
}

/**
 * The first line of a message, without secrets and without matches of `patterns`. Further lines of a server
 * quote the request.
 */
export function redacted(message: string, secrets: readonly string[], patterns: readonly RegExp[]): string {
  const [line = ""] = message.trimStart().split(/[\r\n]/, 1);
  const known = secrets.reduce((text, secret) => text.replaceAll(secret, "***"), line);
  return patterns.reduce((text, pattern) => text.replace(pattern, "***"), known);
}
