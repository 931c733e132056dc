/**
 * The end of an entry in epoch milliseconds, from the third argument of a Keyv's `set`: milliseconds from now
 * in version 5, where 0 means "no end", and epoch milliseconds in version 6.
 */
export function endOf(version: 5 | 6, given: number | undefined, now: number): number | undefined {
  if (given === undefined || (version === 5 && given === 0)) return undefined;
  const end = Math.max(0, Math.ceil(version === 5 ? now + given : given));
  return Number.isSafeInteger(end) ? end : undefined;
}
