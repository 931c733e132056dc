import { BackendError } from "@hitbox/core";
import { UsageError } from "./usage-error.ts";

/** Exit codes of every command. */
export const EXIT = { ok: 0, problems: 1, usage: 2, unreachable: 3, failed: 4 } as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** The exit code for an error that ended a command. */
export function exitCodeOf(error: unknown): ExitCode {
  // A wrong option of an adapter is a TypeError of that adapter.
  if (error instanceof UsageError || error instanceof TypeError || lacksPackage(error)) return EXIT.usage;
  return BackendError.is(error) && error.retryable ? EXIT.unreachable : EXIT.failed;
}

/** Deepest chain of causes that is followed: one may lead back to itself. */
const MOST_CAUSES = 5;

/** True if a package is not installed here: the error of Node, or one that it has caused. */
export function lacksPackage(error: unknown): boolean {
  let each = error;
  for (let depth = 0; depth < MOST_CAUSES; depth++) {
    const { code, cause } = (each ?? {}) as { readonly code?: unknown; readonly cause?: unknown };
    if (code === "ERR_MODULE_NOT_FOUND" || code === "MODULE_NOT_FOUND") return true;
    each = cause;
  }
  return false;
}
