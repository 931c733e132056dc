import { accessSync, closeSync, constants, existsSync, openSync, statSync } from "node:fs";
import { join } from "node:path";
import { BackendError } from "@hitbox/core";
import { problemOf } from "./data-file.ts";

export const DATA_FILE = "data.mdb";
export const LOCK_FILE = "lock.mdb";

/** Another process may write a meta page while it is read here: a problem counts if it is there again and again. */
const LOOKS = 4;
const PAUSE_MS = 3;

/**
 * Checks a directory before LMDB opens it. LMDB maps its file and trusts the contents: a file that is foreign or damaged
 * can end the process.
 *
 * @throws BackendError `corrupt`, for a directory with files that are not, or no longer, an LMDB environment; an error
 * of the system if they cannot be used.
 */
export function checkStore(directory: string, access: "read" | "write"): void {
  const mode = access === "read" ? constants.R_OK : constants.R_OK | constants.W_OK;
  accessSync(directory, mode | constants.X_OK);
  for (const name of [DATA_FILE, LOCK_FILE]) {
    const file = join(directory, name);
    if (!existsSync(file)) continue;
    if (!statSync(file).isFile()) throw corrupt(file, "is not a file");
    accessSync(file, mode);
    if (name === DATA_FILE) checkData(file);
  }
}

function checkData(file: string): void {
  const descriptor = openSync(file, "r");
  try {
    let problem = problemOf(descriptor);
    for (let look = 1; problem !== undefined && look < LOOKS; look++) {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
      problem = problemOf(descriptor);
    }
    if (problem !== undefined) throw corrupt(file, problem);
  } finally {
    closeSync(descriptor);
  }
}

function corrupt(file: string, problem: string): BackendError {
  return new BackendError("corrupt", `${file} ${problem}`);
}
