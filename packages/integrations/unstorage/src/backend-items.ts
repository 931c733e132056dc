import { type CacheBackend, type CacheValue, type Clock, cacheValue } from "@hitbox/core";
import type { Item, Items } from "./items.ts";

export function backendItems(tiers: CacheBackend, now: Clock): Items {
  return {
    get: async (key) => (await tiers.get(key))?.data,
    getMany: async (keys) => (await tiers.getMany(keys)).map((entry) => entry?.data),
    timesOf: async (key) => tiers.get(key),
    set: async (item) => tiers.set(item.key, withTimes(item, now())),
    setMany: async (items) => tiers.setMany(items.map((item) => [item.key, withTimes(item, now())] as const)),
    remove: async (keys) => {
      const [only] = keys;
      await (keys.length === 1 && only !== undefined ? tiers.delete(only) : tiers.deleteMany(keys));
    },
    clear: async () => tiers.clear(),
    pages: (prefix) => tiers.keys({ prefix }),
    async *removeAll(prefix) {
      for await (const keys of tiers.keys({ prefix, leased: true })) {
        await tiers.deleteMany(keys);
        yield keys;
      }
    },
    ...(tiers.supports.watch && { watch: (listener) => tiers.watch(listener) }),
  };
}

/** An end that has passed is kept: core deletes such an entry. */
function withTimes({ value, end: expiresAt }: Item, createdAt: number): CacheValue<unknown> {
  return cacheValue(value, { createdAt, expiresAt });
}
