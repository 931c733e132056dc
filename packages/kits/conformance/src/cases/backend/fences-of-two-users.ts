import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import { type Backend, type CacheBackend, cacheValue, FENCE_MS } from "@hitbox/core";
import type { Cases } from "../../case.ts";
import { expectEntry, expectMiss } from "../../expect.ts";
import { within } from "../../retell.ts";
import { sampleStored } from "../../sample.ts";
import type { Scene } from "../../scene.ts";
import { twoRaw, twoUsers } from "./two-users.ts";

const NEWER = cacheValue("newer");

/** What voids a fence, and the entry that there is after it. */
const VOIDING: Readonly<Record<string, (cache: CacheBackend, key: string) => unknown>> = {
  set: (cache, key) => cache.set(key, NEWER),
  setMany: (cache, key) => cache.setMany([key, "with", "others"].map((at) => [at, NEWER] as const)),
  delete: (cache, key) => cache.delete(key),
};

/** Turns of the event loop by which the removal comes later than the fenced write. */
const MOST_TURNS = 8;

export const fencesOfTwoUsers: Cases<Scene> = {
  "a fence that another user has voided stays void when that user is given a new one": async (scene) => {
    const [one, other] = (await twoUsers(scene)) ?? [];
    if (!one?.supports.lease || !other) return;
    for (const [way, change] of Object.entries(VOIDING)) await voided(one, other, way, change);
  },

  // The removal voids the fence, or comes after the fenced write: either way it has the last word. Only
  // between processes: core sends the writes that one process makes to a key one after the other.
  "a fenced write does not undo a removal by another user that comes while it is under way": async (
    scene,
  ) => {
    const [one, other] = (await twoRaw(scene)) ?? [];
    if (!one?.writeFenced || !other || !one.supports.shared) return;
    for (let turns = 0; turns < MOST_TURNS; turns++)
      await within(`a removal ${turns} turns after a fenced write`, () => raced(one, other, turns));
  },
};

/** The late write of `one`, after `other` has changed the key and has been given a fence itself. */
async function voided(
  one: CacheBackend,
  other: CacheBackend,
  way: string,
  change: (cache: CacheBackend, key: string) => unknown,
): Promise<void> {
  const { fence } = await one.lease(way, FENCE_MS);
  await change(other, way);
  const next = await other.lease(way, FENCE_MS);
  assert.notEqual(next.fence, fence, `after a ${way}, another user should not be given the same fence`);
  const done = await one.setFenced(way, cacheValue("too late"), fence);
  assert.equal(done, false, `a fenced set should be refused after the ${way} of another user`);
  await (way === "delete" ? expectMiss(other, way) : expectEntry(other, way, NEWER));
}

async function raced(one: Backend<unknown>, other: Backend<unknown>, turns: number): Promise<void> {
  const lease = await one.lease?.("key", FENCE_MS);
  const fenced = (async () => one.writeFenced?.("key", sampleStored(), lease?.fence ?? ""))();
  // A store may give up on a key that others change.
  const settled = Promise.allSettled([fenced]);
  for (let turn = 0; turn < turns; turn++) await setImmediate();
  await other.remove("key");
  await settled;
  assert.equal(await other.read("key"), undefined, "the removed entry should not be back");
}
