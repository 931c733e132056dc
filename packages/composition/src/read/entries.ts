import type { CacheValue, Clock } from "@hitbox/core";

/** True if an entry is past its `staleAt`. Reads the clock only for entries that have one. */
export function isStale({ staleAt }: CacheValue<unknown>, now: Clock): boolean {
  return staleAt !== undefined && staleAt <= now();
}

/**
 * True if `one` is newer than `other`: created later, or in the same millisecond and fresh for longer,
 * because its life was begun anew.
 */
export function isNewer(one: CacheValue<unknown>, other: CacheValue<unknown>): boolean {
  if (one.createdAt !== other.createdAt) return one.createdAt > other.createdAt;
  return (one.staleAt ?? Number.POSITIVE_INFINITY) > (other.staleAt ?? Number.POSITIVE_INFINITY);
}

/** The newer entry; `second` if neither is. */
export function newerOf<T>(
  first: CacheValue<T> | undefined,
  second: CacheValue<T> | undefined,
): CacheValue<T> | undefined {
  if (first === undefined || second === undefined) return first ?? second;
  return isNewer(first, second) ? first : second;
}
