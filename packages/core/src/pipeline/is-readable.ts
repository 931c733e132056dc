import type { Clock } from "../clock.ts";
import type { StoredValue } from "../stored-value.ts";

/**
 * Milliseconds by which the clocks of a fleet may differ, or a clock may be set back, with no effect on
 * entries.
 */
export const CLOCK_TOLERANCE_MS = 60_000;

/**
 * True if a reader may have the entry: it has not expired, and does not come from the future. If an entry has
 * an end and was created more than `CLOCK_TOLERANCE_MS` after now, its writer's clock was wrong, or has been
 * set back since. Such an entry would live too long, and is a miss.
 */
export function isReadable({ createdAt, staleAt, expiresAt }: StoredValue<unknown>, now: Clock): boolean {
  if (expiresAt === undefined && staleAt === undefined) return true;
  const at = now();
  return (expiresAt === undefined || expiresAt > at) && createdAt <= at + CLOCK_TOLERANCE_MS;
}
