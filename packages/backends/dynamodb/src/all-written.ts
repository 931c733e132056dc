import { UnprocessedItemsError } from "./unprocessed-items-error.ts";

/**
 * Resolves when all batches of one write have ended, well or not. If DynamoDB has only left items undone, one error counts
 * all of them; otherwise the first other error, in the order of the batches, is thrown.
 */
export async function allWritten(batches: readonly Promise<void>[], total: number): Promise<void> {
  const results = await Promise.allSettled(batches);
  const errors = results.flatMap((result) => (result.status === "rejected" ? [result.reason] : []));
  const undone = errors.filter((error) => error instanceof UnprocessedItemsError);
  const other = errors.find((error) => !undone.includes(error));
  if (other !== undefined) throw other;
  const [first] = undone;
  if (first === undefined) return;
  const left = undone.reduce((sum, error) => sum + error.left, 0);
  throw new UnprocessedItemsError(left, total, first.cause);
}
