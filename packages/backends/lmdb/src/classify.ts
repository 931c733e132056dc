import { BackendError, type ErrorCode } from "@hitbox/core";

/** LMDB's own codes (lmdb.h, "Return Codes") and those of the system (errno), as lmdb sets them on its errors. */
const CODES: ReadonlyMap<unknown, ErrorCode> = new Map([
  // A page is missing or broken, or the file is no LMDB file or of another version.
  ...[-30797, -30796, -30794, -30793, -30784].map((code) => [code, "corrupt"] as const),
  // The map, the readers' table or a transaction is full; or a commit was refused, because free pages do not add up.
  ...[-30792, -30790, -30788, -30782].map((code) => [code, "unavailable"] as const),
  // EAGAIN, ENOMEM, EACCES, ENFILE, EMFILE, EFBIG, ENOSPC, EROFS, EDQUOT on Linux and macOS.
  ...[5, 11, 12, 13, 23, 24, 27, 28, 30, 35, 69, 122].map((code) => [code, "unavailable"] as const),
  [-30781, "too-large"],
]);

export function classify(error: unknown): ErrorCode | undefined {
  if (BackendError.is(error)) return error.code;
  if (!(error instanceof Error)) return undefined;
  if (error.message.startsWith("Key size is larger")) return "too-large";
  return CODES.get((error as { code?: unknown }).code);
}
