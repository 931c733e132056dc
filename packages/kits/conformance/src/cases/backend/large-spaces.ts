import assert from "node:assert/strict";
import { type BackendSupports, cacheValue } from "@hitbox/core";
import type { Cases } from "../../case.ts";
import type { Scene } from "../../scene.ts";
import { canList, expectListed, listed, shownKeys } from "./listed.ts";

/** Stores answer with 1,000 keys at a time, and some take 5,000. */
const BEYOND_ONE_PAGE = 1_100;
const BEYOND_LARGE_PAGES = 5_100;

/** A store that takes large batches is fast enough for the larger number. */
function sizeFor({ writeMany }: BackendSupports): number {
  const isLarge = writeMany !== false && writeMany.max >= 500 && writeMany.max <= 5_000;
  return isLarge ? BEYOND_LARGE_PAGES : BEYOND_ONE_PAGE;
}

export const largeSpaces: Cases<Scene> = {
  // One case for both: the writes are most of its time.
  "a space of thousands of entries is listed to the last key, and cleared of every entry": async (scene) => {
    const opened = await scene.open();
    const { cache, supports } = opened;
    if (!canList(opened) && !supports.clear) return;
    const size = sizeFor(supports);
    const keys = Array.from({ length: size }, (_, n) => `k${n}`);
    const value = cacheValue(1);
    await cache.setMany(keys.map((key) => [key, value]));
    if (canList(opened)) expectListed(await listed(cache), keys, `a listing of ${size} keys`);
    if (!supports.clear) return;
    await cache.clear();
    const answers = await cache.getMany(keys);
    const left = keys.filter((_, index) => answers[index] !== undefined);
    assert.deepEqual(left, [], `a clear of ${size} entries should leave none, and leaves ${shownKeys(left)}`);
  },
};
