/** Bound of the first pause, and of every pause, in milliseconds. */
const FIRST = 25;
const LONGEST = 1_000;

/**
 * Milliseconds to wait before round `round` (from 0) of what DynamoDB left undone: a random part of a bound that doubles
 * (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/, "full jitter").
 */
export function backOff(round: number, random: () => number = Math.random): number {
  return random() * Math.min(LONGEST, FIRST * 2 ** round);
}
