/** Epoch milliseconds. */
export type Clock = () => number;

/** `Date.now`, looked up at each call: a test's fake clock that replaces it later is obeyed. */
export const systemClock: Clock = () => Date.now();

/** The clock of a store that takes whole milliseconds: one with fractions, as of `performance`, is cut. */
export function wholeClock(now: Clock): Clock {
  return now === systemClock ? now : () => Math.floor(now());
}
