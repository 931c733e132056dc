/**
 * DynamoDB answered a batch, and went on leaving some of its items undone until the deadline. It is the `cause` of the
 * `BackendError` that the caller gets: `unavailable`, retryable, or `internal` if the rest was refused.
 */
export class UnprocessedItemsError extends Error {
  override readonly name = "UnprocessedItemsError";
  /** Items that were not read, written or deleted. */
  readonly left: number;
  /** Items that were asked for. */
  readonly total: number;

  constructor(left: number, total: number, cause: unknown) {
    const why = cause instanceof Error ? `: ${cause.message}` : "";
    super(`${left} of ${total} items were left unprocessed${why}`, { cause });
    this.left = left;
    this.total = total;
  }
}
