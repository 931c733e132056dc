import assert from "node:assert/strict";
import { cacheKey, cacheValue, type KeyLike } from "@hitbox/core";
import type { Cases } from "../../case.ts";
import { expectEntry, expectMiss, expectValue, shown } from "../../expect.ts";
import { keysWithin } from "../../keys-within.ts";
import type { Scene } from "../../scene.ts";
import { AWKWARD_KEYS } from "./awkward-key-list.ts";
import { expectDeleted } from "./deletes.ts";

export const awkwardKeys: Cases<Scene> = {
  "keys that look alike are different keys": async ({ open }) => {
    const opened = await open();
    const { cache } = opened;
    const entries = keysWithin(opened, AWKWARD_KEYS).map(
      (key, index) => [key, cacheValue(`${index} ${key}`)] as const,
    );
    await Promise.all(entries.map(([key, value]) => cache.set(key, value)));
    for (const [key, value] of entries) await expectEntry(cache, key, value);
  },

  "a delete takes the one key that it names, however awkward": async ({ open }) => {
    const opened = await open();
    const { cache } = opened;
    const keys = keysWithin(opened, AWKWARD_KEYS);
    const values = keys.map((key, index) => cacheValue(index, { tags: [key] }));
    await cache.setMany(keys.map((key, index) => [key, values[index] as (typeof values)[0]]));
    for (const [index, key] of keys.entries()) {
      expectDeleted(await cache.delete(key));
      const [next, value] = [keys[index + 1], values[index + 1]];
      const [gone, kept] = await cache.getMany(next === undefined ? [key] : [key, next]);
      if (gone !== undefined) await expectMiss(cache, key);
      if (next !== undefined && value) expectValue(kept, value, `the entry under ${shown(next)}`);
    }
  },

  "a key that was never set is a miss, however much it looks like one that was": async ({ open }) => {
    const opened = await open();
    const { cache } = opened;
    const entries = keysWithin(opened, AWKWARD_KEYS).map((key) => [key, cacheValue(key)] as const);
    for (const [key, value] of entries) {
      await expectMiss(cache, key);
      await cache.set(key, value);
    }
    const got = await cache.getMany(entries.map(([key]) => key));
    for (const [index, [key, value]] of entries.entries())
      expectValue(got[index], value, `the entry under ${shown(key)}`);
  },

  "a cacheKey and its text name the same entry": async ({ open }) => {
    const { cache } = await open();
    const keys: KeyLike[] = [
      cacheKey("user", { id: 42 }, { version: 3 }),
      cacheKey("a:b", { "c&d": "e=f", g: undefined }),
    ];
    for (const key of keys) {
      const value = cacheValue(shown(key));
      await cache.set(key, value);
      await expectEntry(cache, typeof key === "string" ? key : key.text, value);
    }
  },

  "awkward keys travel in batches too": async ({ open }) => {
    const opened = await open();
    const { cache } = opened;
    const keys = keysWithin(opened, AWKWARD_KEYS);
    await cache.setMany(keys.map((key, index) => [key, cacheValue(index)]));
    const got = await cache.getMany<number>(keys);
    assert.deepEqual(
      got.map((value) => value?.data),
      keys.map((_, index) => index),
      "each key of a batch should be answered with its own entry",
    );
  },
};
