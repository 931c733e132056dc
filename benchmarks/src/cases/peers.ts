import { createCache } from "@hitbox/cache";
import { memory } from "@hitbox/memory";
import { BentoCache, bentostore } from "bentocache";
import { memoryDriver } from "bentocache/drivers/memory";
import { createCache as cacheManager } from "cache-manager";
import { Cacheable, createKeyv } from "cacheable";
import type { Comparison } from "../compare.ts";
import { TTL, type User, user } from "../workload.ts";
import { fill, filledHit, type Hit, hits, missed } from "./cache.ts";

// Each peer keeps up to 10,000 live values in its own memory store for ten minutes, and has no second tier. bentocache
// does not serialize here: what a caller changes is changed in the cache. cacheable and cache-manager come in both
// settings of their store: cloning, which is the default and protects the cached value, and not. Ours answers through a
// composition of two tiers, with values that no caller can change.
const MAX = 10_000;

function keyv(useClone: boolean): ReturnType<typeof createKeyv> {
  return createKeyv({ useClone, lruSize: MAX, ttl: TTL });
}

interface Peer {
  readonly goal: number | undefined;
  readonly hit: () => Promise<Hit>;
}

const PEERS: Readonly<Record<string, Peer>> = {
  "bentocache getOrSet": { goal: 5, hit: bentocacheHit },
  "cacheable getOrSet": { goal: 10, hit: () => cacheableHit(true) },
  "cacheable getOrSet, no clones": { goal: undefined, hit: () => cacheableHit(false) },
  "cache-manager wrap": { goal: undefined, hit: () => cacheManagerHit(true) },
  "cache-manager wrap, no clones": { goal: undefined, hit: () => cacheManagerHit(false) },
};

async function bentocacheHit(): Promise<Hit> {
  const bento = bentocache();
  await fill((key, id) => bento.getOrSet({ key, factory: () => user(id) }));
  return (key) => bento.getOrSet<User>({ key, factory: missed });
}

async function cacheableHit(clones: boolean): Promise<Hit> {
  const cacheable = new Cacheable({ primary: keyv(clones), ttl: TTL });
  await fill((key, id) => cacheable.getOrSet(key, async () => user(id)));
  return (key) => cacheable.getOrSet<User>(key, missed);
}

async function cacheManagerHit(clones: boolean): Promise<Hit> {
  const manager = cacheManager({ stores: [keyv(clones)], ttl: TTL });
  await fill((key, id) => manager.wrap(key, () => user(id)));
  return (key) => manager.wrap<User>(key, missed);
}

type Bento = ReturnType<BentoCache<Record<"users", ReturnType<typeof bentostore>>>["use"]>;

function bentocache(): Bento {
  const users = bentostore({ ttl: TTL }).useL1Layer(memoryDriver({ maxItems: MAX, serialize: false }));
  return new BentoCache({ default: "users", stores: { users } }).use();
}

/** The names of the peers that a hit is compared with. */
export const PEER_NAMES: readonly string[] = Object.keys(PEERS);

/** A hit in memory, against a peer's. */
export async function hitOverPeer(name: string): Promise<Comparison> {
  const peer = PEERS[name];
  if (peer === undefined) throw new TypeError(`no peer is called ${name}`);
  return {
    name: `L1 hit against ${name}`,
    baseline: { name, run: hits(await peer.hit()) },
    subject: { name: "getOrSet", run: hits(await filledHit(TTL)) },
    ratio: "throughput",
    goal: peer.goal,
    count: 20_000,
    rounds: 31,
  };
}

/** The same with a tag on each entry, memory alone on both sides. */
export async function taggedHitOverBentocache(): Promise<Comparison> {
  const tags = ["users"];
  const bento = bentocache();
  await fill((key, id) => bento.getOrSet({ key, factory: () => user(id), tags }));
  const cache = createCache({ backend: memory({ maxEntries: MAX }), ttl: TTL });
  await fill((key, id) => cache.getOrSet(key, () => user(id), { tags }));
  return {
    name: "hit in memory, one tag, against bentocache",
    baseline: {
      name: "bentocache getOrSet",
      run: hits((key) => bento.getOrSet<User>({ key, factory: missed, tags })),
    },
    subject: { name: "getOrSet", run: hits((key) => cache.getOrSet<User>(key, missed, { tags })) },
    ratio: "throughput",
    goal: undefined,
    count: 20_000,
    rounds: 31,
  };
}

const WAITING = 10_000;

/** Who miss one key together: one load for all of them. */
export function missesOverBentocache(): Comparison {
  const bento = bentocache();
  const cache = createCache({ backend: memory({ maxEntries: MAX }), ttl: TTL });
  return {
    name: "10,000 concurrent misses of one key, one load",
    baseline: {
      name: "bentocache getOrSet",
      run: together((key, load) => bento.getOrSet({ key, factory: load })),
    },
    subject: { name: "getOrSet", run: together((key, load) => cache.getOrSet(key, load)) },
    ratio: "throughput",
    goal: undefined,
    count: 5 * WAITING,
    rounds: 21,
  };
}

let missedKeys = 0;

function together(getOrSet: (key: string, load: () => Promise<User>) => Promise<User>) {
  return async (count: number): Promise<void> => {
    for (let done = 0; done < count; done += WAITING) {
      const key = `miss:${missedKeys++}`;
      let loads = 0;
      const load = async (): Promise<User> => {
        loads += 1;
        await new Promise(setImmediate);
        return user(1);
      };
      await Promise.all(Array.from({ length: WAITING }, () => getOrSet(key, load)));
      if (loads !== 1) throw new Error(`${loads} loads for one key`);
    }
  };
}
