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
import { backendSpaces } from "./backend-spaces.ts";
import { type CacheLike, isCacheLike } from "./cache-like.ts";
import { cacheSpaces } from "./cache-spaces.ts";
import { endOf } from "./end-of.ts";
import type { KeyvEntry, KeyvStore } from "./keyv-store.ts";
import { remembered, type Space, type SpaceEntry, type Spaces } from "./space.ts";

export interface ToKeyvOptions {
  /**
   * The major version of the Keyv that gets the store. A Keyv 6 takes a store for 5, too, through a bridge of
   * its own. Default: 5.
   */
  readonly version?: 5 | 6 | undefined;
  /** Epoch milliseconds, for the ends of entries. Default: `Date.now`. */
  readonly now?: Clock | undefined;
}

/**
 * A store of Keyv over a backend, a composition of backends, or a `Cache` of `@hitbox/cache`. It stays yours:
 * Keyv does not close it. `iterator`, and a clear of a namespace in a backend, need a backend that lists
 * keys.
 *
 * @throws TypeError for a value that is neither a backend nor a cache, and for a wrong option.
 * @example
 * import { memory } from "@hitbox/memory";
 * import Keyv from "keyv";
 *
 * const keyv = new Keyv({ store: toKeyv(memory({ maxEntries: 1_000 })), throwOnErrors: true });
 */
export function toKeyv(source: AnyBackend | CacheLike, options: ToKeyvOptions = {}): KeyvStore {
  checkKnown("toKeyv", options, ["version", "now"]);
  const { version = 5, now = systemClock } = options;
  checkOption(version === 5 || version === 6, "toKeyv: version", version, "must be 5 or 6");
  checkFunction("now", now);
  const spaces = remembered(spacesIn(source, version, now));
  const entryOf = ({ key, value, ttl, expires }: KeyvEntry): SpaceEntry => {
    return { key, value, end: endOf(version, version === 5 ? ttl : expires, now()) };
  };
  const isListed = !isBackend(source) || source.supports.keys === true;
  return {
    opts: { dialect: "redis" },
    ...(version === 6 && ONLY_6),
    async get(key) {
      return spaces(this.namespace).get(key);
    },
    async getMany(keys) {
      return spaces(this.namespace).getMany(keys);
    },
    async set(key, value, end) {
      await spaces(this.namespace).set(entryOf({ key, value, ttl: end, expires: end }));
      return true;
    },
    async setMany(entries) {
      await spaces(this.namespace).setMany(entries.map(entryOf));
      return entries.map(() => true);
    },
    async delete(key) {
      return spaces(this.namespace).delete(key);
    },
    ...(version === 6 && { deleteMany: deleteManyIn(spaces) }),
    async has(key) {
      return (await spaces(this.namespace).get(key)) !== undefined;
    },
    async hasMany(keys) {
      return (await spaces(this.namespace).getMany(keys)).map((value) => value !== undefined);
    },
    async clear() {
      return spaces(this.namespace).clear();
    },
    ...(isListed && {
      iterator(this: KeyvStore) {
        return entriesOf(spaces(this.namespace));
      },
    }),
    on() {
      return this;
    },
  };
}

/** Keyv 6 calls a store without this as if it were one of Keyv 5. */
const ONLY_6 = { capabilities: Object.freeze({ expires: true as const }) };

function spacesIn(source: AnyBackend | CacheLike, version: 5 | 6, now: Clock): Spaces {
  if (isBackend(source))
    return backendSpaces(isCacheBackend(source) ? source : cacheBackend(source), version, now);
  const rule = "must be a backend, such as memory({ maxEntries: 1_000 }), or a cache of createCache";
  checkOption(isCacheLike(source), "toKeyv: source", source, rule);
  return cacheSpaces(source, now);
}

function deleteManyIn(spaces: Spaces): (this: KeyvStore, keys: string[]) => Promise<boolean[]> {
  return async function deleteMany(keys) {
    return spaces(this.namespace).deleteMany(keys);
  };
}

async function* entriesOf(space: Space): AsyncGenerator<[string, unknown], void> {
  for await (const keys of space.pages()) {
    const values = await space.getMany(keys);
    for (const [at, value] of values.entries()) if (value !== undefined) yield [keys[at] as string, value];
  }
}
