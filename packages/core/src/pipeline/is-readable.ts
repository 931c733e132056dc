import type { Clock } from "../clock.ts";
import type { StoredValue } from "../stored-value.ts";

/** Milliseconds by which the clocks of a fleet may differ, and a clock may be set back, without effect. */
export const CLOCK_TOLERANCE_MS = 60_000;

/**
 * Whether a reader may have the entry: it has not expired, and it does not come from the future. An entry
 * that has an end
 * and was created more than `CLOCK_TOLERANCE_MS` after now is a miss: its writer's clock was wrong or has
 * been set back
 * since, so that the entry would live too long by as much.
 */
export function isReadable({ createdAt, staleAt, expiresAt }: StoredValue<unknown>, now: Clock): boolean {
  if (expiresAt === undefined && staleAt === undefined) return true;
  const at = now();
  return (expiresAt === undefined || expiresAt > at) && createdAt <= at + CLOCK_TOLERANCE_MS;
}
