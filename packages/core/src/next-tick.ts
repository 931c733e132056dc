/**
 * `process.nextTick`, taken as the module is loaded: test frameworks replace it by one that waits for the
 * test's own time, and a batch that is sent by that one would never leave.
 */
export const nextTick: typeof process.nextTick = process.nextTick;
