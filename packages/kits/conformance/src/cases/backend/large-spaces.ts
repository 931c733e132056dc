import assert from "node:assert/strict";
import { type BackendSupports, cacheValue } from "@hitbox/core";
import type { Cases } from "../../case.ts";
import { sampleStored } from "../../sample.ts";
import type { Opened, Scene } from "../../scene.ts";
import { canList, expectListed, listed, shownKeys } from "./listed.ts";
import { readAll, writeAll } from "./many.ts";

/** Stores answer with 1,000 keys at a time, and some take 5,000. */
const BEYOND_ONE_PAGE = 1_100;
const BEYOND_LARGE_PAGES = 5_100;

/** Of a hundred entries that a clear has left, some are among these. */
const ASKED_EACH = 5;

/** A store that takes large batches is fast enough for the larger number. */
function sizeFor({ writeMany }: BackendSupports): number {
  const isLarge = writeMany !== false && writeMany.max >= 500 && writeMany.max <= 5_000;
  return isLarge ? BEYOND_LARGE_PAGES : BEYOND_ONE_PAGE;
}

/** By the raw contract, if there is one: the codec need not run thousands of times. */
async function fillWith({ cache, raw }: Opened, keys: readonly string[]): Promise<void> {
  if (raw?.writeMany === undefined) return cache.setMany(keys.map((key) => [key, cacheValue(1)] as const));
  const stored = sampleStored();
  await writeAll(
    raw,
    keys.map((key) => [raw.keyFormat.encode(key), stored]),
  );
}

async function answersFor({ cache, raw }: Opened, keys: readonly string[]): Promise<readonly unknown[]> {
  if (raw?.writeMany === undefined) return cache.getMany(keys);
  return readAll(
    raw,
    keys.map((key) => raw.keyFormat.encode(key)),
  );
}

export const largeSpaces: Cases<Scene> = {
  // One case for both: the writes are most of its time.
  "a space of thousands of entries is listed to the last key, and cleared of every entry": async (scene) => {
    const opened = await scene.open();
    const { cache, supports } = opened;
    if (!canList(opened) && !supports.clear) return;
    const size = sizeFor(supports);
    const keys = Array.from({ length: size }, (_, n) => `k${n}`);
    await fillWith(opened, keys);
    if (canList(opened)) expectListed(await listed(cache), keys, `a listing of ${size} keys`);
    if (!supports.clear) return;
    await cache.clear();
    const asked = keys.filter((_, index) => index % ASKED_EACH === 0);
    const answers = await answersFor(opened, asked);
    const left = asked.filter((_, index) => answers[index] !== undefined);
    assert.deepEqual(left, [], `a clear of ${size} entries should leave none, and leaves ${shownKeys(left)}`);
  },
};
