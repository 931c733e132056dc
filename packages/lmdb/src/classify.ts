import type { ErrorCode } from "@hitbox/core";

/** The kind of an error of LMDB, by the name that its message carries. http://www.lmdb.tech/doc/group__errors.html */
export function classify(error: unknown): ErrorCode | undefined {
  if (!(error instanceof Error)) return undefined;
  const { message } = error;
  return KINDS.find(([pattern]) => pattern.test(message))?.[1];
}

const KINDS: readonly (readonly [RegExp, ErrorCode])[] = [
  [/MDB_BAD_VALSIZE|[Kk]ey size is larger/, "too-large"],
  [/MDB_(CORRUPTED|PAGE_NOTFOUND|PANIC|INVALID|VERSION_MISMATCH)/, "corrupt"],
  [
    /MDB_(MAP_FULL|READERS_FULL|TLS_FULL|TXN_FULL|DBS_FULL)|ENOSPC|No space left|EACCES|EIO|Permission denied/,
    "unavailable",
  ],
];
