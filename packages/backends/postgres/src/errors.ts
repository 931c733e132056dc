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
  "0A000": "unsupported",
  XX001: "corrupt",
  XX002: "corrupt",
  "54000": "too-large",
  CONNECTION_CLOSED: "connection",
  CONNECTION_DESTROYED: "connection",
  CONNECTION_ENDED: "closed",
  CONNECT_TIMEOUT: "timeout",
};

/** Their classes: the first two characters. */
const CLASSES: Readonly<Record<string, ErrorCode>> = { "08": "connection", "53": "unavailable" };

/** Errors of pg that have no code, and one of the server whose code says too little. */
const TEXTS: readonly (readonly [RegExp, ErrorCode])[] = [
  [/^too many notifications in the NOTIFY queue/, "unavailable"],
  // A server that is silent, or whose connections are all in use, is slow and not away.
  [/^(Query read timeout|timeout expired|timeout exceeded when trying to connect)/, "timeout"],
  [/^Connection terminated due to connection timeout/, "timeout"],
  [/^Connection terminated/, "connection"],
  [/^Client (was closed|has encountered a connection error)/, "connection"],
  [/after calling end on the pool/, "closed"],
];

export function classify(error: unknown): ErrorCode | undefined {
  if (BackendError.is(error)) return error.code;
  if (!(error instanceof Error)) return undefined;
  return TEXTS.find(([text]) => text.test(error.message))?.[1] ?? kindOf((error as { code?: unknown }).code);
}

function kindOf(code: unknown): ErrorCode | undefined {
  if (typeof code !== "string") return undefined;
  if (Object.hasOwn(CODES, code)) return CODES[code];
  return /^[0-9A-Z]{5}$/.test(code) ? CLASSES[code.slice(0, 2)] : undefined;
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
