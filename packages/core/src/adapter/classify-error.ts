import { BackendError, type ErrorCode } from "../backend-error.ts";

/** Errors of sockets and of DNS (errno(3), getaddrinfo(3)), and those of Node's own fetch. */
const KNOWN: Readonly<Record<string, ErrorCode>> = {
  ECONNREFUSED: "connection",
  ECONNRESET: "connection",
  ECONNABORTED: "connection",
  EPIPE: "connection",
  ENOTFOUND: "connection",
  EAI_AGAIN: "connection",
  EHOSTDOWN: "connection",
  EHOSTUNREACH: "connection",
  ENETDOWN: "connection",
  ENETUNREACH: "connection",
  ENOENT: "connection",
  UND_ERR_SOCKET: "connection",
  ETIMEDOUT: "timeout",
  ESOCKETTIMEDOUT: "timeout",
  UND_ERR_CONNECT_TIMEOUT: "timeout",
  UND_ERR_HEADERS_TIMEOUT: "timeout",
  UND_ERR_BODY_TIMEOUT: "timeout",
  TimeoutError: "timeout",
  AbortError: "timeout",
};

/** Deepest chain of causes that is followed. */
const MOST_CAUSES = 5;

/** The kind of an error, or of the error that caused it, by the table of a store and the known ones. */
export function classifyBy(
  errors: Readonly<Record<string, ErrorCode>> | undefined,
  error: unknown,
): ErrorCode | undefined {
  let each = error;
  for (let depth = 0; depth < MOST_CAUSES && typeof each === "object" && each !== null; depth++) {
    if (BackendError.is(each)) return each.code;
    const { code, name, cause } = each as { code?: unknown; name?: unknown; cause?: unknown };
    for (const key of [code, name]) {
      const kind = kindOf(errors, key) ?? kindOf(KNOWN, key);
      if (kind !== undefined) return kind;
    }
    each = cause;
  }
  return undefined;
}

function kindOf(table: Readonly<Record<string, ErrorCode>> | undefined, key: unknown): ErrorCode | undefined {
  if (table === undefined || (typeof key !== "string" && typeof key !== "number")) return undefined;
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
