import { setTimeout } from "node:timers";
import { type Clock, systemClock } from "@hitbox/core";

/**
 * Looks at the clock, a millisecond apart: one that a test has stopped, or that is set back, holds nobody up.
 */
const LOOKS = 3;

/**
 * Resolves when the millisecond `at` is over, so that what begins next is later by the clock too. A clock
 * that was given
 * goes as its owner has it go.
 */
export async function passMillisecond(now: Clock, at: number): Promise<void> {
  if (now !== systemClock && now !== Date.now) return;
  for (let look = 0; look < LOOKS && now() <= at; look++)
    await new Promise((resolve) => setTimeout(resolve, 1));
}
