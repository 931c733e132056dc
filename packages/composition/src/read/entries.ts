import type { CacheValue, Clock } from "@hitbox/core";

/** Whether an entry is past its `staleAt`. Reads the clock only for entries that have one. */
export function isStale({ staleAt }: CacheValue<unknown>, now: Clock): boolean {
  return staleAt !== undefined && staleAt <= now();
}

/** The entry that was created later; `second` if both were created in the same millisecond. */
export function newerOf<T>(
  first: CacheValue<T> | undefined,
  second: CacheValue<T> | undefined,
): CacheValue<T> | undefined {
  if (first === undefined || second === undefined) return first ?? second;
  return first.createdAt > second.createdAt ? first : second;
}
