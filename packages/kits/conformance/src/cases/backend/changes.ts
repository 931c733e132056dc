import assert from "node:assert/strict";
import { type Backend, type CacheBackend, cacheBackend, cacheValue } from "@hitbox/core";
import type { Cases } from "../../case.ts";
import type { Scene } from "../../scene.ts";

/** Milliseconds in which a watch has to be restored. */
const RESTORED_MS = 5_000;
const KEYS = ["key", "a:b c"];

type Change = readonly [name: string, change: (cache: CacheBackend) => unknown];

const CHANGES: readonly Change[] = [
  ["a set", (cache) => Promise.all(KEYS.map(async (key) => cache.set(key, cacheValue(1))))],
  ["a delete", (cache) => Promise.all(KEYS.map(async (key) => cache.delete(key)))],
  ["a batch of sets", (cache) => cache.setMany(KEYS.map((key) => [key, cacheValue(1)] as const))],
  ["a batch of deletes", (cache) => cache.deleteMany(KEYS)],
];
const FENCED: Change = [
  "a fenced set",
  async (cache) => {
    for (const key of KEYS) await cache.setFenced(key, cacheValue(1), (await cache.lease(key, 1_000)).fence);
  },
];

/** Two who use one and the same backend: what one of them does, and what each of them hears. */
async function neighbours({ open }: Scene): Promise<Neighbours | undefined> {
  const { cache, raw } = await open();
  if (!raw?.supports.watch) return undefined;
  const [own, other] = [await hear(cache), await hear(cacheBackend(raw))];
  return { cache, raw, own, other };
}

interface Neighbours {
  readonly cache: CacheBackend;
  readonly raw: Backend<unknown>;
  readonly own: Heard;
  readonly other: Heard;
}

interface Heard {
  readonly keys: Set<string>;
  gaps: number;
}

async function hear(cache: CacheBackend): Promise<Heard> {
  const heard: Heard = { keys: new Set(), gaps: 0 };
  let timer: NodeJS.Timeout | undefined;
  await new Promise<void>((resolve, reject) => {
    timer = setTimeout(() => reject(new Error("a watch should be restored before long")), RESTORED_MS);
    cache.watch({
      changed(keys) {
        for (const key of keys) heard.keys.add(key);
      },
      lost() {
        heard.gaps++;
      },
      restored: () => resolve(),
    });
  });
  clearTimeout(timer);
  return heard;
}

export const changes: Cases<Scene> = {
  "who watches is told at once what others do through the same backend": async (scene) => {
    const both = await neighbours(scene);
    if (!both) return;
    const { cache, raw, other } = both;
    for (const [name, change] of raw.supports.lease ? [...CHANGES, FENCED] : CHANGES) {
      other.keys.clear();
      await change(cache);
      assert.deepEqual(
        [...other.keys].sort(),
        [...KEYS].sort(),
        `${name} should be told before it is answered`,
      );
    }
    if (!raw.supports.clear) return;
    const { gaps } = other;
    await cache.clear();
    assert.ok(other.gaps > gaps, "a clear should be told as lost and restored before it is answered");
  },

  "who watches is not told of what is one's own": async (scene) => {
    const both = await neighbours(scene);
    if (!both) return;
    const { cache, raw, own } = both;
    for (const [name, change] of CHANGES) {
      await change(cache);
      assert.deepEqual([...own.keys], [], `${name} should carry its origin to those who watch`);
    }
    if (raw.supports.clear) await cache.clear();
    assert.equal(own.gaps, 0, "a clear should carry its origin to those who watch");
  },
};
