import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import { cacheValue } from "@hitbox/core";
import type { Cases } from "../../case.ts";
import { needing } from "../../needing.ts";
import type { Scene } from "../../scene.ts";
import { withinSeconds } from "../../time.ts";

const KEYS = ["a", "b", "c", "d"];
const NEW_KEYS = KEYS.map((key) => `new-${key}`);

/** Turns of the event loop, from the start of the batches, after which the store goes away. */
const TURNS = [0, 1, 2, 4];

/** The answers to a deleteMany and a setMany during which the store of a space goes away. */
async function answersIn(
  scene: Scene,
  space: string,
  turns: number,
): Promise<{ deleted: boolean; set: boolean }> {
  const { cache } = await scene.open(space);
  await cache.setMany(KEYS.map((key) => [key, cacheValue(key)] as const));
  const answers = Promise.allSettled([
    cache.deleteMany(KEYS),
    cache.setMany(NEW_KEYS.map((key) => [key, cacheValue(key)] as const)),
  ]);
  for (let turn = 0; turn < turns; turn++) await setImmediate();
  await scene.hooks.breakConnection?.(space);
  const [deleted, set] = await withinSeconds(60, "batches during which the store goes away", answers);
  return { deleted: deleted.status === "fulfilled", set: set.status === "fulfilled" };
}

export const leavingStore: Cases<Scene> = needing(["breakConnection", "bytes"], {
  // An adapter that asks more than once for a batch may lose the store between its calls.
  "a batch that is answered is done, though the store goes away meanwhile": async (scene, { bytes }) => {
    const { raw } = await scene.open();
    const isThere = async (space: string, key: string): Promise<boolean> =>
      (await bytes(space, raw?.keyFormat.encode(key) ?? key)) !== undefined;
    for (const [index, space] of [scene.space, ...scene.lookAlikes].slice(0, TURNS.length).entries()) {
      const { deleted, set } = await answersIn(scene, space, TURNS[index] ?? 0);
      for (const key of deleted ? KEYS : [])
        assert.ok(!(await isThere(space, key)), `a deleteMany is answered, and has left ${key} in the store`);
      for (const key of set ? NEW_KEYS : [])
        assert.ok(await isThere(space, key), `a setMany is answered, and ${key} is not in the store`);
    }
  },
});
