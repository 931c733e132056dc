import { BackendError } from "@hitbox/core";
import { UsageError } from "./usage-error.ts";

/** Exit codes of every command. */
export const EXIT = { ok: 0, problems: 1, usage: 2, unreachable: 3, failed: 4 } as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** The exit code for an error that ended a command. */
export function exitCodeOf(error: unknown): ExitCode {
  // A wrong option of an adapter is a TypeError of that adapter.
  if (error instanceof UsageError || error instanceof TypeError) return EXIT.usage;
  return BackendError.is(error) && error.retryable ? EXIT.unreachable : EXIT.failed;
}
