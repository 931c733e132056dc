import { BackendError, type ErrorCode } from "@hitbox/core";

/** Numbers of errors, which MySQL shares: https://mariadb.com/kb/en/mariadb-error-code-reference/ */
const NUMBERS: Readonly<Record<number, ErrorCode>> = {
  1021: "unavailable", // ER_DISK_FULL
  1026: "unavailable", // ER_ERROR_ON_WRITE
  1034: "corrupt", // ER_NOT_KEYFILE
  1036: "unavailable", // ER_OPEN_AS_READONLY
  1040: "unavailable", // ER_CON_COUNT_ERROR
  1041: "unavailable", // ER_OUT_OF_RESOURCES
  1053: "connection", // ER_SERVER_SHUTDOWN
  1114: "unavailable", // ER_RECORD_FILE_FULL
  1153: "too-large", // ER_NET_PACKET_TOO_LARGE
  1158: "connection", // ER_NET_READ_ERROR
  1159: "connection", // ER_NET_READ_INTERRUPTED
  1160: "connection", // ER_NET_ERROR_ON_WRITE
  1161: "connection", // ER_NET_WRITE_INTERRUPTED
  1194: "corrupt", // ER_CRASHED_ON_USAGE
  1195: "corrupt", // ER_CRASHED_ON_REPAIR
  1203: "unavailable", // ER_TOO_MANY_USER_CONNECTIONS
  1205: "timeout", // ER_LOCK_WAIT_TIMEOUT
  1213: "unavailable", // ER_LOCK_DEADLOCK
  1226: "unavailable", // ER_USER_LIMIT_REACHED
  1290: "unavailable", // ER_OPTION_PREVENTS_STATEMENT: the server may only read
  1301: "too-large", // ER_WARN_ALLOWED_PACKET_OVERFLOWED
  1317: "timeout", // ER_QUERY_INTERRUPTED
  1406: "too-large", // ER_DATA_TOO_LONG
  1712: "corrupt", // ER_INDEX_CORRUPT
  1792: "unavailable", // ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION
  1836: "unavailable", // ER_READ_ONLY_MODE
  1927: "connection", // ER_CONNECTION_KILLED
  1969: "timeout", // ER_STATEMENT_TIMEOUT of MariaDB
  3024: "timeout", // ER_QUERY_TIMEOUT of MySQL
};

/** Codes of mysql2. */
const CODES: Readonly<Record<string, ErrorCode>> = {
  PROTOCOL_CONNECTION_LOST: "connection",
  PROTOCOL_SEQUENCE_TIMEOUT: "timeout",
  PROTOCOL_ENQUEUE_AFTER_QUIT: "closed",
  PROTOCOL_ENQUEUE_AFTER_FATAL_ERROR: "connection",
  HANDSHAKE_SSL_ERROR: "connection",
  HANDSHAKE_NO_SSL_SUPPORT: "connection",
};

/** Errors of mysql2 that have no code. */
const TEXTS: readonly (readonly [RegExp, ErrorCode])[] = [
  [/^Pool is closed/, "closed"],
  [/^Can't add new command when connection is in closed state/, "connection"],
  [/^(No connections available|Queue limit reached)/, "unavailable"],
];

export function classify(error: unknown): ErrorCode | undefined {
  if (BackendError.is(error)) return error.code;
  if (!(error instanceof Error)) return undefined;
  const { errno, code } = error as { errno?: unknown; code?: unknown };
  if (typeof errno === "number" && Object.hasOwn(NUMBERS, errno)) return NUMBERS[errno];
  if (typeof code === "string" && Object.hasOwn(CODES, code)) return CODES[code];
  return isFull(error) ? "unavailable" : TEXTS.find(([text]) => text.test(error.message))?.[1];
}

/** ER_GET_ERRNO, with "28", the number of a full disk. */
function isFull({ errno, message }: Error & { readonly errno?: unknown }): boolean {
  return errno === 1030 && /\b28\b/.test(message);
}

/** True if the server has undone the statement for the sake of another one. */
export function isDeadlock(error: unknown): boolean {
  return (error as { errno?: unknown } | null)?.errno === 1213;
}

/** Errors of a server that may only read: a replica, or the primary before a failover. */
const READ_ONLY: ReadonlySet<unknown> = new Set([1290, 1792, 1836]);

export function isReadOnly(error: unknown): boolean {
  return READ_ONLY.has((error as { errno?: unknown } | null)?.errno);
}

/** True if there is a row under the key already. */
export function isDuplicate(error: unknown): boolean {
  return (error as { errno?: unknown } | null)?.errno === 1062;
}

/**
 * The error with a remedy, or without a secret, where it needs one. mysql2 puts the statement into its
 * errors, with keys and values.
 */
export function explained(error: unknown, table: string): unknown {
  if (!(error instanceof Error)) return error;
  const { errno } = error as { errno?: unknown };
  if ("sql" in error) delete error.sql;
  if (errno !== 1146) return error;
  const remedy = "Make it by `createTable`, or by a migration with `tableSql`";
  return new BackendError("internal", `there is no table "${table}". ${remedy}.`, { cause: error });
}
