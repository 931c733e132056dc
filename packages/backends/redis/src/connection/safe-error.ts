import { BackendError } from "@hitbox/core";

/** Copies at most so many causes, one inside the other. */
const MAX_DEPTH = 4;

/**
 * A copy of a client library's error that is safe to log and to keep: name, message and code, and the same
 * of its cause. The original holds the words of the command: passwords, keys, values of megabytes.
 */
export function safeError(error: unknown): Error {
  return BackendError.is(error) ? error : copyOf(error, 0);
}

function copyOf(error: unknown, depth: number): Error {
  const { name, message, code } = partsOf(error);
  const cause = depth < MAX_DEPTH ? causeOf(error) : undefined;
  const copy = new Error(message, cause === undefined ? {} : { cause: copyOf(cause, depth + 1) });
  Object.defineProperty(copy, "name", { value: name, configurable: true });
  return code === undefined ? copy : Object.assign(copy, { code });
}

/** A cluster's error says that no node has answered; `lastNodeError` is the reason. */
function causeOf(error: unknown): unknown {
  const { lastNodeError, cause } = (error ?? {}) as { lastNodeError?: unknown; cause?: unknown };
  return lastNodeError ?? cause ?? undefined;
}

function partsOf(error: unknown): { name: string; message: string; code: string | undefined } {
  if (!(error instanceof Error))
    return { name: "Error", message: "a client threw no error", code: undefined };
  const { code } = error as NodeJS.ErrnoException;
  return {
    name: String(error.name),
    message: explained(withoutArguments(String(error.message))),
    code: typeof code === "string" ? code : undefined,
  };
}

/** Replies of a node to a client that knows nothing of clusters. */
const OF_A_CLUSTER = /^(MOVED|ASK|CROSSSLOT) /;

/** ioredis follows a redirection in vain if the server refuses the command that has to come first. */
function explained(message: string): string {
  if (OF_A_CLUSTER.test(message))
    return `${message}. The server is a node of a cluster: open it by \`cluster\``;
  if (!message.startsWith("Too many Cluster redirections")) return message;
  if (message.includes("ReplyError: ASK ")) return `${message}. The user may have no right to 'asking'`;
  return `${message}. The nodes disagree, or the user has no right to 'readonly'`;
}

// A server names the words of a command that it does not know: keys, values, passwords.
function withoutArguments(message: string): string {
  return message
    .replace(/,? with args beginning with:[\s\S]*$/, "")
    .replace(/:\/\/[^/@\s]*@/g, "://***@")
    .slice(0, 500);
}
