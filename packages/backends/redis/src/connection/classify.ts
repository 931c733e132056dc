import type { ErrorCode } from "@hitbox/core";

/**
 * Node's codes for failures of sockets and names, and the errors that a client throws without a connection.
 */
const CONNECTION: ReadonlySet<unknown> = new Set([
  "EAI_AGAIN",
  "ECONNABORTED",
  "ECONNREFUSED",
  "ECONNRESET",
  "EHOSTDOWN",
  "EHOSTUNREACH",
  "ENETDOWN",
  "ENETUNREACH",
  "ENOENT",
  "ENOTFOUND",
  "EPIPE",
  "ETIMEDOUT",
  "AbortError",
  "ClusterAllFailedError",
  "MaxRetriesPerRequestError",
  "Cluster isn't ready and enableOfflineQueue options is false",
  "Connection is closed.",
  "None of startup nodes is available",
  "Stream isn't writeable and enableOfflineQueue options is false",
  // Of node-redis.
  "All the root nodes are unavailable",
  "Connection timeout",
  "Disconnects client",
  "Socket closed unexpectedly",
  "The client is closed",
  "The client is offline",
]);

/**
 * First words of error replies: https://redis.io/docs/latest/develop/reference/protocol-spec/#simple-errors
 */
const REPLIES: ReadonlyMap<string, ErrorCode> = new Map([
  ...[
    "BUSY",
    "CLUSTERDOWN",
    "LOADING",
    "MASTERDOWN",
    "MISCONF",
    "NOREPLICAS",
    "OOM",
    "READONLY",
    "TRYAGAIN",
  ].map((word) => [word, "unavailable"] as const),
  ...["NOAUTH", "NOPERM", "WRONGPASS", "WRONGTYPE"].map((word) => [word, "internal"] as const),
  // Of the filter before a client of ours.
  ["TOOLARGE", "too-large"] as const,
]);

/** Beginnings of messages that end with particulars. */
const BEGINNINGS: readonly (readonly [beginning: string, code: ErrorCode])[] = [
  ["Command timed out", "timeout"],
  ["Socket timeout", "connection"],
  ["All sentinels are unreachable", "connection"],
  ["Too many Cluster redirections", "unavailable"],
];

/**
 * Redis 6 reports an error of a script's command inside another error; later versions report the error
 * itself.
 */
const IN_SCRIPT = /^ERR Error running script .*?: -?([A-Z]+ )/;

/** The kind of an error that a client threw. */
export function classify(error: unknown): ErrorCode | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, name, message } = error as NodeJS.ErrnoException;
  if (CONNECTION.has(code) || CONNECTION.has(name) || CONNECTION.has(message)) return "connection";
  for (const [beginning, kind] of BEGINNINGS) if (message.startsWith(beginning)) return kind;
  return REPLIES.get(replyWord(message));
}

/** The first word of an error reply, which names its kind. */
export function replyWord(message: string): string {
  const reply = IN_SCRIPT.exec(message)?.[1] ?? message;
  return reply.slice(0, reply.indexOf(" "));
}
