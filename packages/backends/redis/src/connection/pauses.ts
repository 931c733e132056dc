/** Milliseconds between two attempts, and how much longer the pause gets with each failure. */
const STEP = 50;
/** The longest pause, in milliseconds. */
const MAX_PAUSE = 500;

/**
 * Milliseconds to wait before the next attempt to connect. None if the connection has held until now, since
 * changes made just before it broke are still to be told; longer with each failure in a row.
 */
export function pauses(clock: () => number = () => performance.now()): (attempt: number) => number {
  let last = Number.NEGATIVE_INFINITY;
  return (attempt) => {
    const now = clock();
    const apart = Math.min(Math.max(attempt - 1, 1) * STEP, MAX_PAUSE);
    last = Math.max(now, last + apart);
    return last - now;
  };
}
