import { BackendError } from "@hitbox/core";
import { classify } from "./classify.ts";

/** Opens something at `path`. An error becomes a `BackendError`: `corrupt` if a file is in the way. */
export function opening<T>(path: string, open: () => T): T {
  try {
    return open();
  } catch (error) {
    throw BackendError.is(error) ? error : failedOpen(path, error as NodeJS.ErrnoException);
  }
}

function failedOpen(path: string, error: NodeJS.ErrnoException): BackendError {
  const isInTheWay = error.code === "EEXIST" || error.code === "ENOTDIR";
  const code = isInTheWay ? "corrupt" : (classify(error) ?? "unavailable");
  return new BackendError(code, `cannot open ${path}: ${error.message}`, { cause: error });
}
