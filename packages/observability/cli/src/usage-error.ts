/** A command line that cannot be run: says what was wrong, and what to write. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
