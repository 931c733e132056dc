import { BackendError } from "@hitbox/core";

/** The code of an error, which is one of a few; `other` for an error of the application. */
export function codeOf(error: unknown): string {
  return BackendError.is(error) ? error.code : "other";
}
