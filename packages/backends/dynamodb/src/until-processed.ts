import { backOff } from "./back-off.ts";
import type { Deadline } from "./deadline.ts";
import { UnprocessedItemsError } from "./unprocessed-items-error.ts";

/** The items that a batch left undone until the deadline, or until a request failed, and the reason. */
export interface Rest<T> {
  readonly left: readonly T[];
  readonly error: UnprocessedItemsError;
}

/**
 * Sends `all`, and then again the items that DynamoDB has left unprocessed, after a pause each time. Resolves with the
 * rest at the deadline, or when a later request fails. Throws the error of the first request.
 */
export async function untilProcessed<T>(
  all: T[],
  deadline: Deadline,
  request: (left: T[]) => Promise<T[]>,
): Promise<Rest<T> | undefined> {
  let left = await request(all);
  for (let round = 0; left.length > 0; round++) {
    const asked = left;
    try {
      await deadline.pause(backOff(round));
      left = await request(asked);
    } catch (error) {
      return { left: asked, error: new UnprocessedItemsError(asked.length, all.length, error) };
    }
  }
  return undefined;
}
