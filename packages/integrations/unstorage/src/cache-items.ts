import type { Clock } from "@hitbox/core";
import type { CacheEntry, CacheLike } from "./cache-like.ts";
import type { Item, Items } from "./items.ts";

export function cacheItems(cache: CacheLike, now: Clock): Items {
  return {
    get: (key) => cache.get(key),
    getMany: (keys) => cache.getMany(keys),
    async timesOf(key) {
      const { createdAt, expiresAt } = await cache.lookup(key);
      return createdAt === undefined ? undefined : { createdAt, expiresAt };
    },
    async set(item) {
      const [key, value, options] = entryOf(item, now());
      if (options?.ttl === 0) await cache.delete(key);
      else await cache.set(key, value, options);
    },
    async setMany(items) {
      const all = items.map((item) => entryOf(item, now()));
      const ended = all.filter(([, , options]) => options?.ttl === 0);
      await cache.setMany(all.filter((entry) => !ended.includes(entry)));
      if (ended.length > 0) await cache.deleteMany(ended.map(([key]) => key));
    },
    remove: (keys) => cache.deleteMany(keys),
    clear: () => cache.clear(),
    pages: (prefix) => pagesOf(cache, prefix),
    async *removeAll(prefix) {
      for await (const keys of pagesOf(cache, prefix)) {
        await cache.deleteMany(keys);
        yield keys;
      }
      // Loads that have begun have no entry to be listed by.
      await cache.deletePrefix(prefix);
    },
  };
}

async function* pagesOf(
  cache: CacheLike,
  prefix: string,
): AsyncGenerator<readonly string[], void, undefined> {
  const keys: string[] = [];
  for await (const key of cache.keys({ prefix })) {
    if (typeof key === "string") keys.push(key);
    if (keys.length === PAGE) yield keys.splice(0);
  }
  if (keys.length > 0) yield keys;
}

const PAGE = 1_000;

/** An item with an end of its own ends there, without the stale windows of the cache. */
function entryOf({ key, value, end }: Item, now: number): CacheEntry {
  if (end === undefined) return [key, value];
  return [key, value, { ttl: Math.max(0, end - now), staleWhileRevalidate: 0, staleIfError: 0, jitter: 0 }];
}
