import { type Cache, createCache, type KeyInput } from "@hitbox/cache";
import { compose } from "@hitbox/composition";
import { memory } from "@hitbox/memory";
import { LRUCache } from "lru-cache";
import type { Comparison, Side } from "../compare.ts";
import { keysOf, TTL, type User, user } from "../workload.ts";

const ENTRIES = 1_000;
const IDS = Array.from({ length: ENTRIES }, (_, id) => id);
const keyAt = keysOf(ENTRIES);

/** One `getOrSet`, or what a peer has in its place, that finds its key. */
export type Hit = (key: string) => Promise<User | undefined>;

// What was read is used, so that no engine may leave the reading out.
export let sink = 0;

/** Hits one after the other, each awaited; the keys are built for each call, as a service builds them. */
export function hits(hit: Hit): Side {
  return async (count) => {
    for (let step = 0; step < count; step++) sink += (await hit(keyAt(step)))?.id ?? 0;
  };
}

/** Every key of the walk, loaded once. */
export async function fill(hit: (key: string, id: number) => Promise<unknown>): Promise<void> {
  for (const id of IDS) await hit(`user:v3:id=${id}`, id);
}

export function missed(): never {
  throw new Error("a hit came to the loader");
}

/** A cache over memory over a second tier, which no hit reaches. */
export function tiered(ttl: number): Cache {
  return createCache({ backend: compose(memory({ maxEntries: 10_000 }), memory({ maxEntries: 10 })), ttl });
}

export async function filledHit(ttl: number): Promise<Hit> {
  const cache = tiered(ttl);
  await fill((key, id) => cache.getOrSet(key, () => user(id)));
  return (key) => cache.getOrSet<User>(key, missed);
}

/** A hit in the first tier, against the least that any API of promises costs; like for like. */
export async function hitOverFloor(expiry: "without expiry" | "with expiry"): Promise<Comparison> {
  const hasTtl = expiry === "with expiry";
  const lru = new LRUCache<string, User>({ max: 10_000, ttlResolution: 0, ...(hasTtl ? { ttl: TTL } : {}) });
  for (const id of IDS) lru.set(`user:v3:id=${id}`, user(id));
  return {
    name: `getOrSet, L1 hit, awaited, ${expiry}`,
    baseline: { name: "async function around lru-cache.get", run: hits(async (key) => lru.get(key)) },
    subject: {
      name: "getOrSet",
      run: hits(await filledHit(hasTtl ? TTL : Number.POSITIVE_INFINITY)),
    },
    ratio: "time",
    goal: 1.5,
    count: 200_000,
    rounds: 31,
  };
}

/** What it costs to write a key as data. */
export async function hitByData(): Promise<Comparison> {
  const cache = tiered(TTL);
  const keyOf = (key: string): KeyInput => ["user", { id: Number(key.slice("user:v3:id=".length)) }];
  await fill((key, id) => cache.getOrSet(keyOf(key), () => user(id)));
  return {
    name: "getOrSet, L1 hit, by a key that is data",
    baseline: { name: "by a string", run: hits(await filledHit(TTL)) },
    subject: { name: 'by ["user", { id }]', run: hits((key) => cache.getOrSet<User>(keyOf(key), missed)) },
    ratio: "time",
    goal: undefined,
    count: 100_000,
    rounds: 31,
  };
}

/** What tags cost on a hit, where their records are in this process. */
export async function hitWithTags(count: 1 | 3): Promise<Comparison> {
  const tags = Array.from({ length: count }, (_, index) => `tag-${index}`);
  const cache = createCache({ backend: memory({ maxEntries: 10_000 }), ttl: TTL });
  await fill((key, id) => cache.getOrSet(key, () => user(id), { tags }));
  const plain = createCache({ backend: memory({ maxEntries: 10_000 }), ttl: TTL });
  await fill((key, id) => plain.getOrSet(key, () => user(id)));
  return {
    name: `getOrSet, hit in memory, ${count === 1 ? "one tag" : "three tags"}`,
    baseline: { name: "without tags", run: hits((key) => plain.getOrSet<User>(key, missed)) },
    subject: { name: "with tags", run: hits((key) => cache.getOrSet<User>(key, missed, { tags })) },
    ratio: "time",
    goal: undefined,
    count: 100_000,
    rounds: 31,
  };
}
