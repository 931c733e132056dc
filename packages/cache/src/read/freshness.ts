import type { CacheValue } from "@hitbox/core";

type Times = Pick<CacheValue<unknown>, "createdAt" | "staleAt" | "expiresAt">;

/** Epoch milliseconds until which the entry is fresh. */
export function freshUntil({ staleAt, expiresAt }: Omit<Times, "createdAt">): number {
  return staleAt ?? expiresAt ?? Number.POSITIVE_INFINITY;
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
