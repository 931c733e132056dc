/**
 * Beginnings of replies by which a server or proxy refuses a command for good: a missing right, an unknown or
 * disabled command. Proxies have words of their own; some close the connection instead.
 */
const REFUSALS: readonly RegExp[] = [
  /^NOPERM/,
  /^ERR unknown (?:sub)?command/i,
  /^ERR unsupported/i,
  /^unsupported/i,
  /^invalid request/i,
  /^ERR The user executing the script can't run/,
  /^ERR Error running script .*(?:NOPERM|can't run this command)/,
  /^ERR (?!Error running script).*(?:not (?:allowed|supported|permitted)|disabled)/i,
  /^the server closes the connection at/,
];

/** True if a command has failed because this user, server or proxy does not allow it. */
export function isRefusal(error: unknown): boolean {
  return error instanceof Error && REFUSALS.some((refusal) => refusal.test(error.message));
}
