import { copyError } from "@hitbox/core/tier";

/**
 * A copy of a client library's error that is safe to log and to keep. The original holds the words of the
 * command: passwords, keys, values of megabytes.
 */
export function safeError(error: unknown): Error {
  return copyError(error, { reword, causeOf });
}

/** A cluster's error says that no node has answered; `lastNodeError` is the reason. */
function causeOf(error: Error): unknown {
  return (error as { lastNodeError?: unknown }).lastNodeError;
}

/** A server names the words of a command that it does not know: keys, values, passwords. */
function reword(message: string): string {
  return explained(message.replace(/,? with args beginning with:[\s\S]*$/, ""));
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
