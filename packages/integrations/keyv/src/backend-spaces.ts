import { type CacheBackend, type CacheValue, type Clock, cacheValue } from "@hitbox/core";
import type { Space, SpaceEntry, Spaces } from "./space.ts";

/** Which keys of the backend are those of a namespace. */
interface Keys {
  /** The beginning of them all. */
  readonly start: string;
  /** The part of `start` that a Keyv does not know of. */
  readonly added: string;
}

/** Keyv 5 puts its namespace and `:` before each key itself, and Keyv 6 leaves that to the store. */
const KEYS: Readonly<Record<5 | 6, (namespace: string) => Keys>> = {
  5: (namespace) => ({ start: namespace === "" ? "" : `${namespace}:`, added: "" }),
  // No name is the beginning of another, and no key of one is a key of another.
  6: (namespace) => {
    const start = `${namespace.replaceAll("%", "%25").replaceAll(":", "%3A")}:`;
    return { start, added: start };
  },
};

/** Spaces in a backend, told apart by the beginning of keys. */
export function backendSpaces(tiers: CacheBackend, version: 5 | 6, now: Clock): Spaces {
  return (namespace = "") => spaceOf(tiers, KEYS[version](namespace), namespace === "", now);
}

function spaceOf(tiers: CacheBackend, { start, added }: Keys, isAll: boolean, now: Clock): Space {
  const inStore = (key: string): string => added + key;
  return {
    get: async (key) => (await tiers.get(inStore(key)))?.data,
    getMany: async (keys) => (await tiers.getMany(keys.map(inStore))).map((entry) => entry?.data),
    set: async (entry) => tiers.set(inStore(entry.key), withTimes(entry, now())),
    setMany: async (entries) =>
      tiers.setMany(entries.map((entry) => [inStore(entry.key), withTimes(entry, now())] as const)),
    delete: async (key) => (await tiers.delete(inStore(key))).status === "deleted",
    deleteMany: async (keys) =>
      (await tiers.deleteMany(keys.map(inStore))).map(({ status }) => status === "deleted"),
    async clear() {
      if (isAll) await tiers.clear();
      else for await (const keys of tiers.keys({ prefix: start, leased: true })) await tiers.deleteMany(keys);
    },
    async *pages() {
      for await (const keys of tiers.keys({ prefix: start }))
        yield keys.map((key) => key.slice(added.length));
    },
  };
}

/** An end that has passed is kept: core deletes such an entry. */
function withTimes({ value, end: expiresAt }: SpaceEntry, createdAt: number): CacheValue<unknown> {
  return cacheValue(value, { createdAt, expiresAt });
}
