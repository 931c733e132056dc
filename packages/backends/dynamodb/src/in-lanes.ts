import { BackendError, type Lanes } from "@hitbox/core";
import { classify } from "./classify.ts";
import { UnprocessedItemsError } from "./unprocessed-items-error.ts";

/** Some items of a batch, sent in one request. */
type Piece<T> = readonly T[];

/**
 * Sends a batch in pieces, in the lanes that are free. After a failure no further piece is sent: a table that
 * refuses or does not answer is not asked thousands of times.
 *
 * @throws BackendError with an `UnprocessedItemsError` as its `cause`, which counts the items that may be
 * left undone.
 */
export async function inLanes<T>(
  lanes: Lanes,
  pieces: readonly Piece<T>[],
  send: (piece: Piece<T>, index: number) => Promise<void>,
): Promise<void> {
  const total = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const errors: unknown[] = [];
  const unsent = pieces.entries();
  let done = 0;
  const attempt = async (piece: Piece<T>, index: number): Promise<void> => {
    if (errors.length > 0) return;
    try {
      await send(piece, index);
      done += piece.length;
    } catch (error) {
      errors.push(error);
      if (error instanceof UnprocessedItemsError) done += piece.length - error.left;
    }
  };
  const sendInTurn = async (): Promise<void> => {
    for (const [index, piece] of unsent) {
      if (errors.length > 0) return;
      await lanes.run(() => attempt(piece, index));
    }
  };
  await Promise.all(Array.from({ length: Math.min(lanes.count, pieces.length) }, sendInTurn));
  if (errors.length > 0) throw leftUndone(errors, total - done, total);
}

/** One error for a batch. A refusal comes first, because no retry mends it; items left over come last. */
function leftUndone(errors: readonly unknown[], left: number, total: number): BackendError {
  const refusal = errors.find((error) => classify(error) === "internal");
  const failure = refusal ?? errors.find((error) => !(error instanceof UnprocessedItemsError)) ?? errors[0];
  const reason = failure instanceof UnprocessedItemsError ? failure.cause : failure;
  const cause = new UnprocessedItemsError(left, total, reason);
  return new BackendError(classify(failure) ?? "internal", cause.message, { cause });
}
