/** Reports a command line that cannot be run: names the mistake, and the remedy. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
