import { checkOption } from "@hitbox/core";

/** The end of an item in epoch milliseconds, from the seconds of a call, where 0 means "no end". */
export function endOf(ttl: number | undefined, now: number): number | undefined {
  if (ttl === undefined) return undefined;
  checkOption(typeof ttl === "number" && !Number.isNaN(ttl), "ttl", ttl, "must be a number of seconds");
  if (ttl === 0) return undefined;
  const end = Math.max(0, Math.ceil(now + ttl * 1_000));
  return Number.isSafeInteger(end) ? end : undefined;
}

/** Whole seconds until an end, rounded up: an item that is there has one at least. */
export function secondsLeft(end: number | undefined, now: number): number | undefined {
  return end === undefined ? undefined : Math.max(1, Math.ceil((end - now) / 1_000));
}
