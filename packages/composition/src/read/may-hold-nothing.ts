import { isUnreadable } from "@hitbox/core";

/**
 * True if a tier that has not answered with a value has none to lose: it missed, or its entry cannot be read. One that
 * could not be reached may hold a newer value than the tier below, and is not refilled.
 */
export function mayHoldNothing(error: unknown): boolean {
  return error === undefined || isUnreadable(error);
}
