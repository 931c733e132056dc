import { checkOption } from "@hitbox/core";
import { INSPECTED } from "@hitbox/core/tier";
import type { Cache } from "../cache.ts";
import type { Entity } from "../entity.ts";
import type { KeyInput } from "../keys/key-text.ts";
import { CacheView } from "../view.ts";
import { type CheckOptions, settingsOf } from "./check-options.ts";
import { type CheckCounts, Checker } from "./checker.ts";

/** The counts of a checked cache. */
export interface Checks {
  checks(): CheckCounts;
}

/**
 * `cache`, with a share of its answers compared with their source in the background: a measure of staleness
 * in the running service. Nobody waits for a check, and a check that fails is counted and no more.
 *
 * `get`, `getMany`, `getOrSet`, `getOrSetMany` and `lookup` are checked, of this cache and not of its
 * namespaces and entities: check those that matter on their own. An answer counts if there is a fresh value
 * when the check looks. The source is asked once for each check, and twice for a difference.
 *
 * @throws TypeError for a cache that is none, and for an option that is unknown or wrong.
 * @example
 * const cache = createCache({ backend: memory({ maxEntries: 10_000 }), ttl: "5m" });
 * const rates = checked(cache, { sample: 0.01, load: async () => ({ eur: 1.1 }) });
 * await rates.getOrSet("rates", async () => ({ eur: 1.1 }));
 * rates.checks().stale; // 0
 */
export function checked<K extends KeyInput = KeyInput, T = unknown>(
  cache: Cache,
  options: CheckOptions<K, T>,
): Cache & Checks;
export function checked<K extends KeyInput, T>(
  entity: Entity<K, T>,
  options: CheckOptions<K, T>,
): Entity<K, T> & Checks;
export function checked(
  cache: Cache | Entity<KeyInput, unknown>,
  options: CheckOptions<KeyInput, unknown>,
): (Cache | Entity<KeyInput, unknown>) & Checks {
  checkOption(cache instanceof CacheView, "cache", cache, "must be a cache, a namespace or an entity");
  checkOption(!("checks" in cache), "cache", cache, "is checked already: check the one that it was made of");
  const checker = new Checker(cache, settingsOf(options));
  const { get, getMany, getOrSet, getOrSetMany, lookup } = cache;
  const one =
    <Args extends readonly unknown[], R>(call: (key: KeyInput, ...args: Args) => Promise<R>) =>
    (key: KeyInput, ...args: Args): Promise<R> =>
      checker.after(call(key, ...args), [key]);
  const many =
    <Args extends readonly unknown[], R>(call: (keys: readonly KeyInput[], ...args: Args) => Promise<R>) =>
    (keys: readonly KeyInput[], ...args: Args): Promise<R> =>
      checker.after(call(keys, ...args), keys);
  // An object that inherits from the cache cannot read its private fields.
  const inheriting = Object.create(cache, { [INSPECTED]: { value: CacheView.partsOf(cache) } });
  return Object.assign(inheriting, {
    ...{ get: one(get), getOrSet: one(getOrSet as never), lookup: one(lookup as never) },
    ...{ getMany: many(getMany), getOrSetMany: many(getOrSetMany as never) },
    checks: () => checker.counts(),
  });
}
