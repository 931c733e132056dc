import type { CacheValue } from "@hitbox/core";
import type { StaleMessage } from "../channels.ts";

type Times = Pick<CacheValue<unknown>, "createdAt" | "staleAt" | "expiresAt">;

/** Epoch milliseconds until which the entry is fresh. */
export function freshUntil({ staleAt, expiresAt }: Times): number {
  return staleAt ?? expiresAt ?? Number.POSITIVE_INFINITY;
}

/** Whether an answer counts as fresh: it is not of a tier that may have missed changes, either. */
export function isFresh(entry: CacheValue<unknown>, now: number): boolean {
  return now < freshUntil(entry) && !entry.isBehind;
}

/** The reason why an answer that is not fresh is one, if `otherwise` is none. */
export function whyStale(
  entry: CacheValue<unknown>,
  now: number,
  otherwise: StaleMessage["why"] = "revalidate",
): StaleMessage["why"] {
  return entry.isBehind && now < freshUntil(entry) ? "lost" : otherwise;
}

/**
 * Whether an entry may be answered with: fresh, or stale for less than `window` milliseconds, and not older
 * than `maxAge`.
 */
export function isWithin(
  entry: Times,
  now: number,
  window: number,
  maxAge: number = Number.POSITIVE_INFINITY,
): boolean {
  const end = freshUntil(entry);
  return (now < end || now < end + window) && now - entry.createdAt <= maxAge;
}

/** Whether an entry is due for `refreshAhead`. */
export function isDue(entry: Times, now: number, share: number | undefined): boolean {
  if (share === undefined) return false;
  const { createdAt } = entry;
  return now - createdAt >= share * (freshUntil(entry) - createdAt);
}
