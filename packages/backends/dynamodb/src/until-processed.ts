import { backOff } from "./back-off.ts";
import type { Deadline } from "./deadline.ts";
import { UnprocessedItemsError } from "./unprocessed-items-error.ts";

/** What a batch left undone until the deadline, or until a request failed, and why. */
export interface Rest<T> {
  readonly left: readonly T[];
  readonly error: UnprocessedItemsError;
}

/**
 * Sends `all`, and then what DynamoDB has left of it unprocessed, after a pause each time, until nothing is left; resolves
 * with what is left at the deadline, or when a later request fails. What the first request throws is thrown.
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
