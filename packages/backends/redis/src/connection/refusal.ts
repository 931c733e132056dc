/**
 * Replies by which a server or proxy refuses a command for good: a missing right, an unknown or disabled
 * command. Proxies
 * have words of their own; some close the connection instead.
 */
const REFUSAL =
  /^(?:NOPERM|the server close[sd] the connection at|ERR unknown (?:sub)?command|ERR unsupported|ERR The user executing the script can't|unsupported|invalid request|ERR (?!Error running script).*(?:not (?:allowed|supported|permitted)|disabled)|ERR Error running script .*(?:NOPERM|can't run this command))/i;

/** Whether a command has failed because this user, server or proxy does not allow it. */
export function isRefusal(error: unknown): boolean {
  return error instanceof Error && REFUSAL.test(error.message);
}
