import { setImmediate } from "node:timers/promises";
import { type CacheBackend, type CacheValue, cacheValue } from "@hitbox/core";
import type { Cases } from "../../case.ts";
import { expectEntry, expectMiss, expectValue } from "../../expect.ts";
import { seededRandom } from "../../sample.ts";
import type { Scene } from "../../scene.ts";
import { expectDeleted } from "./deletes.ts";

export const concurrency: Cases<Scene> = {
  "each of many writers reads what it wrote and misses what it deleted": async ({ open }) => {
    const { cache } = await open();
    await Promise.all(Array.from({ length: 12 }, (_, writer) => writeAndRead(cache, `key-${writer}`)));
  },

  "an awaited write wins over every earlier one": async ({ open }) => {
    const { cache } = await open();
    for (let round = 0; round < 30; round++) {
      await Promise.all(["a", "b", "c"].map(async (data) => cache.set("key", numbered(round, data))));
      const last = numbered(round, "last");
      await cache.set("key", last);
      await expectEntry(cache, "key", last);
    }
  },

  "a read that starts after a write is never answered by one that started before": async ({ open }) => {
    const { cache } = await open();
    for (let round = 0; round < 40; round++) {
      const early = await readsInFlight(cache, round % 3);
      const value = numbered(round, "new");
      await cache.set("key", value);
      await expectEntry(cache, "key", value);
      await early.settled;
    }
  },

  "a read that starts after a delete misses, whatever was in flight": async ({ open }) => {
    const { cache } = await open();
    for (let round = 0; round < 40; round++) {
      await cache.set("key", numbered(round, "old"));
      const early = await readsInFlight(cache, round % 3);
      await cache.delete("key");
      await expectMiss(cache, "key");
      await early.settled;
    }
  },

  "hundreds of operations at once on few keys give whole values only": async ({ open }) => {
    const { cache } = await open();
    const random = seededRandom(7);
    const keys = ["a", "b", "c"];
    await Promise.all(
      Array.from({ length: 600 }, (_, step) => {
        const key = keys[Math.floor(random() * keys.length)] as string;
        return anyOperation(cache, { key, step, turns: Math.floor(random() * 30), choice: random() });
      }),
    );
    for (const key of keys) {
      const last = numbered(999, key);
      await cache.set(key, last);
      await expectEntry(cache, key, last);
    }
  },
};

async function writeAndRead(cache: CacheBackend, key: string): Promise<void> {
  for (let round = 0; round < 15; round++) {
    const value = numbered(round, key);
    await cache.set(key, value);
    await expectEntry(cache, key, value);
    if (round % 3 !== 0) continue;
    expectDeleted(await cache.delete(key), `the delete of ${key} in round ${round}`);
    await expectMiss(cache, key);
  }
}

interface Operation {
  readonly key: string;
  readonly step: number;
  /** Turns of the event loop before it starts, so that it meets others half done. */
  readonly turns: number;
  readonly choice: number;
}

async function anyOperation(cache: CacheBackend, { key, step, turns, choice }: Operation): Promise<void> {
  await eventLoopTurns(turns);
  if (choice < 0.35) return cache.set(key, numbered(step, key));
  if (choice < 0.45) return void (await cache.delete(key));
  const got = await cache.get<{ step: number; key: string }>(key);
  if (got !== undefined) expectValue(got, numbered(got.data.step, key), `a read of ${key}`);
}

/** Reads that were started some turns ago. In an object: an async function would wait for a bare promise. */
async function readsInFlight(cache: CacheBackend, turns: number): Promise<{ settled: Promise<unknown> }> {
  const settled = Promise.allSettled([1, 2, 3].map(async () => cache.get("key")));
  await eventLoopTurns(turns);
  return { settled };
}

async function eventLoopTurns(turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await setImmediate();
}

/** A value whose data, times and tags all follow from its step, so that a mixture of two is seen. */
function numbered(step: number, key: string): CacheValue<{ step: number; key: string; filler: string }> {
  const filler = String(step % 10).repeat(100 + step);
  return cacheValue(
    { step, key, filler },
    { createdAt: 1_000 + step, staleAt: step, tags: [`${key}-${step}`] },
  );
}
