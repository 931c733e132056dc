import { compose } from "@hitbox/composition";
import { type AnyBackend, type CacheBackend, cacheBackend, cacheValue } from "@hitbox/core";
import { memory } from "@hitbox/memory";
import { LRUCache } from "lru-cache";
import type { Comparison } from "../compare.ts";
import { keptKeysOf, keysOf, TTL, type User, user } from "../workload.ts";

const ENTRIES = 1_000;
const keyAt = keysOf(ENTRIES);
const keptKeyAt = keptKeysOf(ENTRIES);

function filledLru(options: { readonly ttl?: number } = {}): LRUCache<string, User> {
  // A resolution of 0 makes expiry exact, as it is here; the default lets it be a millisecond or a blocked loop late.
  const lru = new LRUCache<string, User>({ max: 10_000, ttlResolution: 0, ...options });
  for (let id = 0; id < ENTRIES; id++) lru.set(`user:v3:id=${id}`, user(id));
  return lru;
}

function filled(backend: AnyBackend, options: { readonly ttl?: number } = {}): CacheBackend {
  const typed = cacheBackend(backend);
  for (let id = 0; id < ENTRIES; id++) void typed.set(`user:v3:id=${id}`, cacheValue(user(id), options));
  return typed;
}

// What was read is used, so that no engine may leave the reading out.
export let sink = 0;

/**
 * A typed hit in memory, synchronous, against the LRU cache itself: with keys built for each call, as a service does,
 * and a time to live on the typed side only; and, with keys at hand, like for like.
 */
export function memorySync(keys: "built" | "at hand", expiry: "without expiry" | "with expiry"): Comparison {
  const options = expiry === "with expiry" ? { ttl: TTL } : {};
  const lru = filledLru(keys === "built" ? {} : options);
  const backend = filled(memory({ maxEntries: 10_000 }), options);
  const at = keys === "built" ? keyAt : keptKeyAt;
  return {
    name: `memory hit, synchronous, keys ${keys}, ${expiry}`,
    baseline: {
      name: keys === "built" || options.ttl === undefined ? "lru-cache.get" : "lru-cache.get, exact ttl",
      run(count) {
        for (let step = 0; step < count; step++) sink += lru.get(at(step))?.id ?? 0;
      },
    },
    subject: {
      name: "typed get",
      run(count) {
        for (let step = 0; step < count; step++) sink += hit(backend.get<User>(at(step)))?.data.id ?? 0;
      },
    },
    ratio: "time",
    goal: 2.5,
    count: 200_000,
    rounds: 31,
  };
}

/** An L1 hit through a composition, awaited, against awaiting an async function around the LRU cache; like for like. */
export function composedAwaited(expiry: "without expiry" | "with expiry"): Comparison {
  const options = expiry === "with expiry" ? { ttl: TTL } : {};
  const lru = filledLru(options);
  const backend = filled(compose(memory({ maxEntries: 10_000 }), memory({ maxEntries: 10 })), options);
  const floor = async (key: string): Promise<User | undefined> => lru.get(key);
  return {
    name: `L1 hit through compose, awaited, ${expiry}`,
    baseline: {
      name: "async function around lru-cache.get",
      async run(count) {
        for (let step = 0; step < count; step++) sink += (await floor(keyAt(step)))?.id ?? 0;
      },
    },
    subject: {
      name: "typed get",
      async run(count) {
        for (let step = 0; step < count; step++) sink += (await backend.get<User>(keyAt(step)))?.data.id ?? 0;
      },
    },
    ratio: "time",
    goal: 1.2,
    count: 200_000,
    rounds: 31,
  };
}

/** The same hit through compositions, synchronous, against the hit without them. */
export function composedSync(levels: 1 | 3): Comparison {
  const alone = filled(memory({ maxEntries: 10_000 }), { ttl: TTL });
  const lower = Array.from({ length: levels }, (_, level) =>
    memory({ maxEntries: 10, label: `lower-${level}` }),
  );
  // Nested in the first tier, so that a hit passes through all of them.
  const first: AnyBackend = memory({ maxEntries: 10_000 });
  const nested = lower.reduce<AnyBackend>((near, far) => compose(near, far), first);
  const backend = filled(nested, { ttl: TTL });
  const read = (from: CacheBackend, count: number): void => {
    for (let step = 0; step < count; step++) sink += hit(from.get<User>(keyAt(step)))?.data.id ?? 0;
  };
  return {
    name:
      levels === 1
        ? "L1 hit through a composition, synchronous"
        : "L1 hit through three nested ones, synchronous",
    baseline: { name: "typed get", run: (count) => read(alone, count) },
    subject: { name: "typed get, composed", run: (count) => read(backend, count) },
    ratio: "time",
    goal: levels === 1 ? 1.5 : 2.5,
    count: 200_000,
    rounds: 31,
  };
}

/** Memory answers at once; a promise here would be a regression. */
function hit<T>(answer: T | Promise<T>): T {
  if (answer instanceof Promise) throw new Error("a memory hit came as a promise");
  return answer;
}
