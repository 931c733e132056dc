import { createCache } from "@hitbox/cache";
import { compose } from "@hitbox/composition";
import { memory } from "@hitbox/memory";

const near = () => memory({ maxEntries: 1_000 });
const silent = (redis) => compose(near(), redis.connect({ changes: "silent" }));
const coherent = (redis) => compose(near(), redis.connect({ changes: "told" }), { write: "l2-first" });

const fresh = { ttl: "10s" };
const stale = { ...fresh, staleWhileRevalidate: "5s", staleIfError: "1h" };
const bounded = { ...stale, softTimeout: "100ms", hardTimeout: "1s" };

/**
 * The steps of the page, in its order. `tiers` makes the backend of a process; `options` are those of the
 * cache. The page has to show the same options.
 */
export const STEPS = [
  { name: "no-cache", title: "No cache" },
  { name: "memory", title: "A cache in memory", tiers: near, options: fresh },
  { name: "redis", title: "Redis below it", tiers: silent, options: fresh },
  { name: "stale", title: "Stale values", tiers: silent, options: stale },
  { name: "timeouts", title: "Timeouts", tiers: silent, options: bounded },
  { name: "tags", title: "Tags", tiers: silent, options: bounded, tags: (id) => [`product:${id}`] },
  {
    name: "coherence",
    title: "Coherence",
    tiers: coherent,
    options: bounded,
    tags: (id) => [`product:${id}`],
  },
];

/** A process of the service, at one of the steps. */
export function open({ tiers, options, tags }, { database, redis }) {
  if (tiers === undefined)
    return { priceOf: (id) => database.price(id), changed: async () => {}, close: async () => {} };
  const cache = createCache({ backend: tiers(redis), ...options, onWarning: () => {} });
  const load = (id) => () => database.price(id);
  return {
    priceOf: (id) => cache.getOrSet(["product", id], load(id), tags ? { tags: tags(id) } : {}),
    changed: async (id) => void (tags && (await cache.invalidateTags(tags(id)))),
    close: () => cache.close(),
  };
}
