import { type Clock, hashed } from "@hitbox/core";
import type { CacheEntry, CacheLike } from "./cache-like.ts";
import type { Space, SpaceEntry, Spaces } from "./space.ts";

/** Spaces in a cache: its namespaces, which are cleared without listing keys. */
export function cacheSpaces(cache: CacheLike, now: Clock): Spaces {
  return (namespace) => spaceOf(namespace ? cache.namespace(nameOf(namespace), CLEARABLE) : cache, now);
}

const CLEARABLE = { clear: true } as const;

/** The most characters that the name of a cache's namespace may have. */
const MOST_CHARACTERS = 64;

/** Base64url, since names of namespaces are of few characters. */
function nameOf(namespace: string): string {
  const name = Buffer.from(namespace).toString("base64url");
  return name.length <= MOST_CHARACTERS && namespace.isWellFormed() ? name : hashed().encode(namespace);
}

function spaceOf(cache: CacheLike, now: Clock): Space {
  return {
    get: (key) => cache.get(key),
    getMany: (keys) => cache.getMany(keys),
    async set(entry) {
      const [key, value, options] = entryOf(entry, now());
      if (options?.ttl === 0) await cache.delete(key);
      else await cache.set(key, value, options);
    },
    async setMany(entries) {
      const all = entries.map((entry) => entryOf(entry, now()));
      const ended = all.filter(([, , options]) => options?.ttl === 0);
      await cache.setMany(all.filter((entry) => !ended.includes(entry)));
      if (ended.length > 0) await cache.deleteMany(ended.map(([key]) => key));
    },
    delete: (key) => cache.delete(key),
    deleteMany: (keys) => cache.deleteMany(keys),
    clear: () => cache.clear(),
    async *pages() {
      const keys: string[] = [];
      for await (const key of cache.keys({ prefix: "" })) {
        if (typeof key === "string") keys.push(key);
        if (keys.length === PAGE) yield keys.splice(0);
      }
      if (keys.length > 0) yield keys;
    },
  };
}

const PAGE = 1_000;

/** An entry with an end of its own ends there, without the stale windows of the cache. */
function entryOf({ key, value, end }: SpaceEntry, now: number): CacheEntry {
  if (end === undefined) return [key, value];
  return [key, value, { ttl: Math.max(0, end - now), staleWhileRevalidate: 0, staleIfError: 0, jitter: 0 }];
}
