import { checkOption } from "@hitbox/core";

type Unit = "ms" | "s" | "m" | "h" | "d" | "w";

/**
 * Milliseconds, or a number with its unit: `"250ms"`, `"30s"`, `"5m"`, `"1.5h"`, `"7d"`, `"2w"`. `Infinity`:
 * for ever. Any string is taken by the compiler, so that one from a configuration needs no cast, and checked
 * when it is used.
 */
export type Duration = number | `${number}${Unit}` | (string & Record<never, never>);

const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** Durations that have been read, so that the options of every call can be checked. */
const known = new Map<string, number>();
const MOST_KNOWN = 1_000;

/** @throws TypeError for a number that is negative or NaN, and for text that is not a duration. */
export function milliseconds(option: string, duration: Duration): number {
  const ms = typeof duration === "string" ? (known.get(duration) ?? parse(duration)) : duration;
  const ok = typeof ms === "number" && ms >= 0 && (ms === Number.POSITIVE_INFINITY || ms <= LONGEST);
  checkOption(ok, option, duration, 'must be milliseconds, 0 or more, or a duration such as "5m"');
  return ms;
}

/** A hundred thousand years; sums with an instant stay exact. */
const LONGEST = 3_155_760_000_000_000;

function parse(text: string): number {
  const [, count, unit = ""] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d|w)$/.exec(text) ?? [];
  const ms = Number(count ?? Number.NaN) * (UNITS[unit] ?? Number.NaN);
  if (ms >= 0 && known.size < MOST_KNOWN) known.set(text, ms);
  return ms;
}
