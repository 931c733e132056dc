/**
 * `process.nextTick`, taken as the module is loaded: test frameworks replace it by one that waits for the
 * test's own time, and a batch that is sent by that one would never leave.
 */
export const nextTick: <Args extends unknown[]>(callback: (...args: Args) => void, ...args: Args) => void =
  process.nextTick;
