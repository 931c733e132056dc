import { type CacheKey, type CacheValue, cacheKey, cacheValue } from "@hitbox/core";

/** What is cached. */
export interface Profile {
  readonly id: number;
  readonly name: string;
  readonly bio: string;
}

/** Milliseconds. */
const TTL = 60_000;

export function keyOf(id: number): CacheKey {
  return cacheKey("profile", { id }, { version: 1 });
}

export function profile(id: number, size = 200): Profile {
  return { id, name: `User ${id}`, bio: "Writes about tiers. ".repeat(size / 20) };
}

export function entry(id: number, size?: number): CacheValue<Profile> {
  return cacheValue(profile(id, size), { ttl: TTL, tags: ["profiles"] });
}

/** Throws where what was read is not what was written. */
export function check(id: number, read: CacheValue<Profile> | undefined, size?: number): void {
  if (JSON.stringify(read?.data) === JSON.stringify(profile(id, size))) return;
  throw new Error(`${keyOf(id).text} was read as ${JSON.stringify(read)?.slice(0, 80)}`);
}
