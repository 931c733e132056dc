import type { ErrorCode } from "@hitbox/core";

/** What goes wrong with sockets and names, as Node calls it, and what ioredis throws for want of a connection. */
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
  "MaxRetriesPerRequestError",
  "Connection is closed.",
  "Stream isn't writeable and enableOfflineQueue options is false",
]);

/** First words of error replies: https://redis.io/docs/latest/develop/reference/protocol-spec/#simple-errors */
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
]);

/** How Redis 6 reports what a command of a script failed with; later versions report that itself. */
const IN_SCRIPT = /^ERR Error running script .*?: -?([A-Z]+ )/;

/** The kind of an error that ioredis threw. */
export function classify(error: unknown): ErrorCode | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, name, message } = error as NodeJS.ErrnoException;
  if (CONNECTION.has(code) || CONNECTION.has(name) || CONNECTION.has(message)) return "connection";
  if (message === "Command timed out") return "timeout";
  if (message.startsWith("Socket timeout.")) return "connection";
  const reply = IN_SCRIPT.exec(message)?.[1] ?? message;
  return REPLIES.get(reply.slice(0, reply.indexOf(" ")));
}
