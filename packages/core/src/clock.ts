/** Epoch milliseconds. */
export type Clock = () => number;

/** `Date.now`, looked up at each call: a test's fake clock that replaces it later is obeyed. */
export const systemClock: Clock = () => Date.now();
