import { BackendError, type ErrorCode } from "@hitbox/core";

type Kind = readonly [name: string, kind: ErrorCode, text: RegExp];

/** Primary result codes of SQLite (https://www.sqlite.org/rescode.html) that a caller can act on. */
const KINDS: Readonly<Record<number, Kind>> = {
  3: ["SQLITE_PERM", "unavailable", /^access permission denied/],
  // Asked again until the deadline: see `unlocked`.
  5: ["SQLITE_BUSY", "timeout", /^database is locked/],
  6: ["SQLITE_LOCKED", "timeout", /^database table is locked/],
  7: ["SQLITE_NOMEM", "unavailable", /^out of memory/],
  8: ["SQLITE_READONLY", "unavailable", /^attempt to write a readonly database/],
  10: ["SQLITE_IOERR", "unavailable", /^disk I\/O error/],
  11: ["SQLITE_CORRUPT", "corrupt", /^database disk image is malformed/],
  13: ["SQLITE_FULL", "unavailable", /^database or disk is full/],
  14: ["SQLITE_CANTOPEN", "unavailable", /^unable to open database file/],
  15: ["SQLITE_PROTOCOL", "unavailable", /^locking protocol/],
  18: ["SQLITE_TOOBIG", "too-large", /^string or blob too big/],
  22: ["SQLITE_NOLFS", "unavailable", /^large file support is disabled/],
  26: ["SQLITE_NOTADB", "corrupt", /^file is not a database/],
};

/** Errors of drivers about a connection that its owner has closed. */
const CLOSED = /database (connection )?is (not open|closed)|statement has been finalized/i;

/** The kind of an error of a driver. */
export function classify(error: unknown): ErrorCode | undefined {
  if (BackendError.is(error)) return error.code;
  if (!(error instanceof Error)) return undefined;
  return CLOSED.test(error.message) ? "closed" : kindOf(error)?.[1];
}

/** True if another connection has a lock that this one needs. */
export function isBusy(error: unknown): boolean {
  return error instanceof Error && kindOf(error)?.[1] === "timeout";
}

/** By the number of `node:sqlite`, or the name of better-sqlite3, or else by SQLite's text. */
function kindOf(error: Error): Kind | undefined {
  const { errcode, code } = error as { errcode?: unknown; code?: unknown };
  // An extended code, with the primary one in its last byte.
  if (typeof errcode === "number") return KINDS[errcode & 0xff];
  return Object.values(KINDS).find(
    ([name, , text]) => `${String(code)}_`.startsWith(`${name}_`) || text.test(error.message),
  );
}
