import { checkOption } from "@hitbox/core";

/** What the third argument of a Keyv's `set` is. */
const ARGUMENTS = {
  5: ["ttl", "must be a number of milliseconds"],
  6: ["expires", "must be a number of epoch milliseconds"],
} as const;

/**
 * The end of an entry in epoch milliseconds, from the third argument of a Keyv's `set`: milliseconds from now
 * in version 5, where 0 means "no end", and epoch milliseconds in version 6.
 *
 * @throws TypeError for NaN, which Keyv hands on: an end that was miscalculated is not "no end".
 */
export function endOf(version: 5 | 6, given: number | undefined, now: number): number | undefined {
  if (given === undefined) return undefined;
  const [name, rule] = ARGUMENTS[version];
  checkOption(typeof given === "number" && !Number.isNaN(given), name, given, rule);
  if (version === 5 && given === 0) return undefined;
  const end = Math.max(0, Math.ceil(version === 5 ? now + given : given));
  return Number.isSafeInteger(end) ? end : undefined;
}
