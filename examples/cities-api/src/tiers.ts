import { compose } from "@hitbox/composition";
import type { Backend, CacheBackend } from "@hitbox/core";
import { lmdb } from "@hitbox/lmdb";
import { memory } from "@hitbox/memory";
import { redis } from "@hitbox/redis";

export interface CacheSettings {
  /** Entries that memory holds; the least recently used goes first. */
  readonly memoryEntries: number;
  /** The second tier is this Redis; undefined: an LMDB file. */
  readonly redisUrl: string | undefined;
  /** Before every key in Redis. */
  readonly redisPrefix: string;
  /** Directory of the LMDB file. Made where it is missing. */
  readonly lmdbPath: string;
}

/** Memory over Redis or LMDB. The second tier need not be there: `compose` answers from what is. */
export function openTiers(settings: CacheSettings): CacheBackend {
  return compose(memory({ maxEntries: settings.memoryEntries }), secondTier(settings), { label: "cities" });
}

function secondTier({ redisUrl, redisPrefix, lmdbPath }: CacheSettings): Backend {
  return redisUrl === undefined ? lmdb({ path: lmdbPath }) : redis({ url: redisUrl, prefix: redisPrefix });
}

/** What people are told of the second tier: no user name and no password. */
export function describeSecondTier({ redisUrl, lmdbPath }: CacheSettings): string {
  if (redisUrl === undefined) return `LMDB in ${lmdbPath}`;
  const { hostname, port } = new URL(redisUrl);
  return `Redis at ${hostname}:${port || "6379"}`;
}
