import assert from "node:assert/strict";
import { type BackendSupports, cacheValue } from "@hitbox/core";
import type { Cases } from "../../case.ts";
import { expectEntry, expectMiss, expectValue } from "../../expect.ts";
import { noiseText } from "../../sample.ts";
import type { Scene } from "../../scene.ts";
import { expectDeleted, expectMissing } from "./deletes.ts";
import { setAll } from "./many.ts";

const LARGE = 256 * 1_024;

export const batches: Cases<Scene> = {
  "getMany answers in order, with misses and repeated keys, below, at and above the limit": async ({
    open,
  }) => {
    const { cache, supports } = await open();
    for (const size of sizesAround(supports.readMany)) {
      const keys = keysFor(size);
      await setAll(cache, keys.map(pairOf));
      const asked = keys.flatMap((key, index) => (index % 5 === 0 ? [key, `no-${key}`, key] : [key]));
      const got = await cache.getMany<string>(asked);
      assert.equal(got.length, asked.length, `${asked.length} keys were asked for`);
      asked.forEach((key, index) => {
        if (key.startsWith("no-")) assert.equal(got[index], undefined, `${key} should be a miss`);
        else expectValue(got[index], entryFor(key), `the answer for ${key}`);
      });
    }
  },

  "setMany sets every entry, below, at and above the limit": async ({ open }) => {
    const { cache, supports } = await open();
    for (const size of sizesAround(supports.writeMany)) {
      const keys = keysFor(size);
      await cache.setMany(keys.map(pairOf));
      const got = await cache.getMany<string>(keys);
      keys.forEach((key, index) => {
        expectValue(got[index], entryFor(key), `the entry under ${key}`);
      });
    }
  },

  "setMany sets large entries, and getMany gets them: 2 MiB together, or what the store allows": async ({
    open,
  }) => {
    const { cache, supports } = await open();
    const { maxValueBytes = LARGE + 4_096 } = supports;
    const text = noiseText(Math.min(LARGE, Math.max(1, maxValueBytes - 4_096)));
    const entries = Array.from({ length: 8 }, (_, index) => [`key-${index}`, cacheValue(text)] as const);
    await cache.setMany(entries);
    for (const [key, value] of entries) await expectEntry(cache, key, value);
    const got = await cache.getMany(entries.map(([key]) => key));
    for (const [index, [key, value]] of entries.entries())
      expectValue(got[index], value, `${key}, of 2 MiB that are asked for together,`);
  },

  "setMany replaces what was there, and of equal keys the last one wins": async ({ open }) => {
    const { cache } = await open();
    const old = cacheValue("old", { ttl: 3_600_000, stale: 1, tags: ["old"] });
    const [first, last, other] = [cacheValue("first"), cacheValue("last"), cacheValue("other")];
    await cache.setMany([
      ["a", old],
      ["b", old],
    ]);
    await cache.setMany([
      ["a", first],
      ["b", other],
      ["a", last],
    ]);
    await expectEntry(cache, "a", last);
    await expectEntry(cache, "b", other);
  },

  "setMany removes the keys of entries that have expired already": async ({ open }) => {
    const { cache } = await open();
    const live = cacheValue("live");
    await cache.setMany([
      ["a", live],
      ["b", live],
      ["c", live],
    ]);
    const expired = cacheValue("expired", { createdAt: 0, expiresAt: 1 });
    await cache.setMany([
      ["a", expired],
      ["b", cacheValue("b")],
      ["d", live],
    ]);
    await expectMiss(cache, "a");
    for (const key of ["c", "d"]) await expectEntry(cache, key, live);
  },

  "deleteMany answers in order, with misses and repeated keys, below, at and above the limit": async ({
    open,
  }) => {
    const { cache, supports } = await open();
    for (const size of sizesAround(supports.removeMany)) {
      const keys = keysFor(size);
      await setAll(cache, [...keys, "kept"].map(pairOf));
      const asked = keys.flatMap((key, index) => (index % 5 === 0 ? [key, `no-${key}`, key] : [key]));
      const statuses = await cache.deleteMany(asked);
      assert.equal(statuses.length, asked.length, `${asked.length} keys were asked for`);
      for (const [index, status] of statuses.entries()) {
        const what = `the delete of ${asked[index]} in a batch`;
        if (asked[index]?.startsWith("no-")) expectMissing(status, what);
        else expectDeleted(status, what);
      }
      const left = (await cache.getMany(keys)).filter((value) => value !== undefined);
      assert.equal(left.length, 0, "every deleted key should be a miss");
      await expectEntry(cache, "kept", entryFor("kept"));
    }
  },

  "empty batches are answered with nothing": async ({ open }) => {
    const { cache } = await open();
    assert.deepEqual(await cache.getMany([]), [], "a getMany of no keys should answer an empty list");
    assert.deepEqual(await cache.deleteMany([]), [], "a deleteMany of no keys should answer an empty list");
    await cache.setMany([]);
  },

  "gets of one moment are answered each with its own entry": async ({ open }) => {
    const { cache } = await open();
    const keys = keysFor(60);
    await setAll(cache, keys.map(pairOf));
    const asked = [...keys, "no", ...keys, "none"];
    const got = await Promise.all(asked.map(async (key) => cache.get<string>(key)));
    assert.deepEqual(
      got.map((value) => value?.data),
      asked.map((key) => (key.startsWith("no") ? undefined : key)),
      "each get of one moment should be answered with the entry of its own key",
    );
  },
};

/**
 * Sizes around a declared limit. A large limit is tried with fewer of them, and one above 2,000 with none:
 * they would measure the machine.
 */
function sizesAround(limit: BackendSupports["readMany"]): readonly number[] {
  if (limit === false || limit.max > 2_000) return [1, 2, 70];
  if (limit.max > 200) return [1, limit.max, limit.max + 1];
  return [1, limit.max - 1, limit.max, limit.max + 1, 2 * limit.max + 1].filter((size) => size > 0);
}

function keysFor(size: number): string[] {
  return Array.from({ length: size }, (_, index) => `key-${size}-${index}`);
}

function entryFor(key: string): ReturnType<typeof cacheValue<string>> {
  return cacheValue(key, { createdAt: 1_700_000_000_001, staleAt: key.length, tags: [key] });
}

function pairOf(key: string): readonly [string, ReturnType<typeof entryFor>] {
  return [key, entryFor(key)];
}
