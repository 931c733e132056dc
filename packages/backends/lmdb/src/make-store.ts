import { chmodSync, closeSync, fchmodSync, mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import { DATA_FILE, LOCK_FILE } from "./check-store.ts";

/**
 * Makes the directory and the files of a store, with the permissions of `mode`, whatever the umask.
 * Permissions of a directory or file that is there already stay as they are. LMDB takes an empty file for a
 * store to be made.
 */
export function makeStore(path: string, mode: number): void {
  const made = mkdirSync(path, { recursive: true, mode: directoryMode(mode) });
  if (made !== undefined) chmodSync(path, directoryMode(mode));
  for (const file of [DATA_FILE, LOCK_FILE]) makeFile(join(path, file), mode);
}

/** Those who may read or write the files may search the directory. */
function directoryMode(mode: number): number {
  const search = ((mode & 0o444) >> 2) | ((mode & 0o222) >> 1);
  return mode | search;
}

function makeFile(file: string, mode: number): void {
  try {
    const descriptor = openSync(file, "wx", mode);
    try {
      fchmodSync(descriptor, mode);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}
