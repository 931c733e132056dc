import { compose } from "@hitbox/composition";
import { type AnyBackend, cacheBackend, cacheValue } from "@hitbox/core";
import { memory } from "@hitbox/memory";
import { LRUCache } from "lru-cache";
import type { Comparison } from "../compare.ts";
import { keysOf, TTL, type User, user } from "../workload.ts";

const ENTRIES = 1_000;
const keyAt = keysOf(ENTRIES);

function filledLru(): LRUCache<string, User> {
  const lru = new LRUCache<string, User>({ max: 10_000 });
  for (let id = 0; id < ENTRIES; id++) lru.set(`user:v3:id=${id}`, user(id));
  return lru;
}

function filled(backend: AnyBackend): ReturnType<typeof cacheBackend> {
  const typed = cacheBackend(backend);
  for (let id = 0; id < ENTRIES; id++) void typed.set(`user:v3:id=${id}`, cacheValue(user(id), { ttl: TTL }));
  return typed;
}

let sink = 0;

/** A typed hit in memory, synchronous, against the LRU cache itself. */
export function memorySync(): Comparison {
  const lru = filledLru();
  const backend = filled(memory({ maxEntries: 10_000 }));
  return {
    name: "memory hit, synchronous",
    baseline: {
      name: "lru-cache.get",
      run(count) {
        for (let step = 0; step < count; step++) sink += lru.get(keyAt(step))?.id ?? 0;
      },
    },
    subject: {
      name: "typed get",
      run(count) {
        for (let step = 0; step < count; step++) sink += hit(backend.get<User>(keyAt(step)))?.data.id ?? 0;
      },
    },
    ratio: "time",
    goal: 2.5,
    count: 200_000,
    rounds: 31,
  };
}

/** An L1 hit through a composition, awaited, against awaiting an async function around the LRU cache. */
export function composedAwaited(): Comparison {
  const lru = filledLru();
  const backend = filled(compose(memory({ maxEntries: 10_000 }), memory({ maxEntries: 10 })));
  const floor = async (key: string): Promise<User | undefined> => lru.get(key);
  return {
    name: "L1 hit through compose, awaited",
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

/** Memory answers at once; a promise here would be a regression. */
function hit<T>(answer: T | Promise<T>): T {
  if (answer instanceof Promise) throw new Error("a memory hit came as a promise");
  return answer;
}
