import { BackendError, type ErrorCode } from "@hitbox/core";

/** SQLSTATEs (https://www.postgresql.org/docs/current/errcodes-appendix.html), and codes of clients. */
const CODES: Readonly<Record<string, ErrorCode>> = {
  "57P01": "connection",
  "57P02": "connection",
  "57P03": "connection",
  "57014": "timeout",
  "55P03": "timeout",
  "40P01": "unavailable",
  "40001": "unavailable",
  "25006": "unavailable",
  XX001: "corrupt",
  XX002: "corrupt",
  "54000": "too-large",
  CONNECTION_CLOSED: "connection",
  CONNECTION_DESTROYED: "connection",
  CONNECTION_ENDED: "closed",
  CONNECT_TIMEOUT: "connection",
};

/** Their classes: the first two characters. */
const CLASSES: Readonly<Record<string, ErrorCode>> = { "08": "connection", "53": "unavailable" };

/** Errors of pg that have no code. */
const TEXTS: readonly (readonly [RegExp, ErrorCode])[] = [
  [/^Query read timeout/, "timeout"],
  [/^Connection terminated|timeout exceeded when trying to connect/, "connection"],
  [/^Client (was closed|has encountered a connection error)/, "connection"],
  [/after calling end on the pool/, "closed"],
];

export function classify(error: unknown): ErrorCode | undefined {
  if (BackendError.is(error)) return error.code;
  if (!(error instanceof Error)) return undefined;
  const { code } = error as { code?: unknown };
  if (typeof code === "string") {
    const isState = /^[0-9A-Z]{5}$/.test(code);
    const kind = Object.hasOwn(CODES, code) ? CODES[code] : isState && CLASSES[code.slice(0, 2)];
    if (kind) return kind;
  }
  return TEXTS.find(([text]) => text.test(error.message))?.[1];
}

/** The error with a remedy, or without a secret, where it needs one. */
export function explained(error: unknown, table: string): unknown {
  const { code } = (error ?? {}) as { code?: unknown };
  // Node puts the whole URL into this one, with its password.
  if (code === "ERR_INVALID_URL") return new BackendError("internal", "`url` is not a URL that pg can read");
  if (code !== "42P01") return error;
  const remedy = "Make it by `createTable`, or by a migration with `tableSql`";
  return new BackendError("internal", `there is no table "${table}". ${remedy}.`, { cause: error });
}
