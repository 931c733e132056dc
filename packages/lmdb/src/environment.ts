import { mkdirSync } from "node:fs";
import { BackendError } from "@hitbox/core";
import { type Database, open, type RootDatabase } from "lmdb";

/** One LMDB environment: a directory with `data.mdb` and `lock.mdb`, for any number of processes. */
export interface Environment {
  readonly root: RootDatabase;
  /** Key to envelope. The version of an entry is its `expiresAt`, 0 where it never expires. */
  readonly entries: Database<Buffer, Buffer>;
  /** `expiresAt` and key to nothing, in order of time: what the sweep reads instead of every entry. */
  readonly expiries: Database<Buffer, Buffer>;
  /** Longest key of LMDB, in bytes: 1,978 with its default page size of 4,096. */
  readonly maxKeyBytes: number;
}

const BINARY = { encoding: "binary", keyEncoding: "binary" } as const;

/**
 * Opens the environment at `path`, and makes the directory where it is missing.
 *
 * @throws BackendError `corrupt` for a file that is no LMDB database, `unavailable` where the path cannot be used.
 */
export function openEnvironment(path: string): Environment {
  try {
    mkdirSync(path, { recursive: true });
    const root = open({ path, noSubdir: false, maxDbs: 2 });
    return {
      root,
      // Told by lmdb, and missing from its types.
      maxKeyBytes: (root as unknown as { readonly maxKeySize: number }).maxKeySize,
      entries: root.openDB({ name: "entries", useVersions: true, ...BINARY }),
      expiries: root.openDB({ name: "expiries", ...BINARY }),
    };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const code = /MDB_(INVALID|CORRUPTED|VERSION_MISMATCH|PAGE_NOTFOUND)|not an LMDB/i.test(reason)
      ? "corrupt"
      : "unavailable";
    throw new BackendError(code, `cannot open ${path}: ${reason}`, { cause: error });
  }
}
