import {
  type AnyBackend,
  type Clock,
  cacheBackend,
  checkFunction,
  checkKnown,
  checkOption,
  isBackend,
  isCacheBackend,
  systemClock,
} from "@hitbox/core";
import { backendItems } from "./backend-items.ts";
import { cacheItems } from "./cache-items.ts";
import { type CacheLike, isCacheLike } from "./cache-like.ts";
import { changesOf } from "./changes.ts";
import type { DriverOptions, DriverValue, UnstorageDriver } from "./driver.ts";
import { endOf, secondsLeft } from "./end-of.ts";
import type { Item, Items } from "./items.ts";

export interface ToUnstorageOptions {
  /** Seconds that an item is kept if a call says nothing else. Default: for ever, or the `ttl` of a cache. */
  readonly ttl?: number | undefined;
  /** Epoch milliseconds, for the ends of items. Default: `Date.now`. */
  readonly now?: Clock | undefined;
}

/**
 * A driver of unstorage over a backend, a composition of backends, or a `Cache` of `@hitbox/cache`. It stays
 * yours: `dispose` ends the driver's watches alone. `getKeys`, and a `clear` of a base, need a backend that
 * lists keys.
 *
 * @throws TypeError for a value that is neither a backend nor a cache, and for a wrong option.
 * @example
 * import { memory } from "@hitbox/memory";
 * import { createStorage } from "unstorage";
 *
 * const storage = createStorage({ driver: toUnstorage(memory({ maxEntries: 1_000 })) });
 */
export function toUnstorage(
  source: AnyBackend | CacheLike,
  options: ToUnstorageOptions = {},
): UnstorageDriver {
  checkKnown("toUnstorage", options, ["ttl", "now"]);
  const { ttl, now = systemClock } = options;
  checkFunction("now", now);
  const ofCall = (given: DriverOptions = {}): number | undefined => endOf(given.ttl ?? ttl, now());
  ofCall();
  const items = itemsIn(source, now);
  const changes = changesOf(items);
  const get = async (key: string): Promise<DriverValue> => toDriver(await items.get(key));
  const set = async (key: string, value: unknown, given?: DriverOptions): Promise<void> => {
    await items.set({ key, value, end: ofCall(given) });
    changes.tell("update", [key]);
  };
  return {
    name: "hitbox",
    flags: { ttl: true },
    hasItem: async (key) => (await items.get(key)) !== undefined,
    getItem: get,
    getItemRaw: get,
    async getItems(asked) {
      const keys = asked.map(({ key }) => key);
      const values = await items.getMany(keys);
      return keys.map((key, at) => ({ key, value: toDriver(values[at]) }));
    },
    setItem: set,
    setItemRaw: set,
    async setItems(given, common) {
      const all = given.map(({ key, value, options: own }): Item => {
        return { key, value, end: ofCall({ ...common, ...own }) };
      });
      await items.setMany(all);
      changes.tell("update", keysOf(all));
    },
    removeItem: (key) => remove(items, [key]).then(changes.removed),
    async getMeta(key) {
      const times = await items.timesOf(key);
      if (times === undefined) return null;
      const { createdAt, expiresAt } = times;
      const left = secondsLeft(expiresAt, now());
      return { mtime: new Date(createdAt), ...(left !== undefined && { ttl: left }) };
    },
    async getKeys(base = "") {
      const keys: string[] = [];
      for await (const page of items.pages(base)) keys.push(...page);
      return [...new Set(keys)];
    },
    async clear(base = "") {
      if (base === "" && !changes.areWatched()) return items.clear();
      for await (const keys of items.removeAll(base)) changes.removed(keys);
    },
    dispose: () => changes.end(),
    ...(items.watch && { watch: (callback) => changes.watch(callback) }),
  };
}

function itemsIn(source: AnyBackend | CacheLike, now: Clock): Items {
  if (isBackend(source)) return backendItems(isCacheBackend(source) ? source : cacheBackend(source), now);
  const rule = "must be a backend, such as memory({ maxEntries: 1_000 }), or a cache of createCache";
  checkOption(isCacheLike(source), "toUnstorage: source", source, rule);
  return cacheItems(source, now);
}

async function remove(items: Items, keys: readonly string[]): Promise<readonly string[]> {
  await items.remove(keys);
  return keys;
}

/** unstorage has null for a missing item. */
function toDriver(value: unknown): DriverValue {
  return (value ?? null) as DriverValue;
}

function keysOf(items: readonly Item[]): string[] {
  return items.map(({ key }) => key);
}
