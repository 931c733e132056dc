import { BackendError } from "@hitbox/core";

/** Runs a piece of work when there is room for it. */
export type Turns = <R>(work: () => Promise<R>) => Promise<R>;

/**
 * Pieces of work in the order asked, and no more than `most` at once: a store that was sent thousands could
 * not answer the last ones in time. When the store fails, those that have not begun fail with it, as they
 * would wait for one deadline each.
 */
export function atMost(most: number): Turns {
  const waiting: (() => void)[] = [];
  let running = 0;
  let failure: BackendError | undefined;
  const end = (): void => {
    running -= 1;
    waiting.shift()?.();
  };
  return async (work) => {
    if (running >= most) await new Promise<void>((begin) => waiting.push(begin));
    running += 1;
    try {
      if (failure) throw failure;
      return await work();
    } catch (error) {
      if (BackendError.is(error) && error.retryable) failure = error;
      throw error;
    } finally {
      end();
    }
  };
}

/** Entries of one call that are read and written back at once. */
export const MOST_AT_ONCE = 256;
