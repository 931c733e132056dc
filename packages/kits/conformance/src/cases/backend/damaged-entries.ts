import assert from "node:assert/strict";
import { BackendError, cacheValue } from "@hitbox/core";
import type { Cases } from "../../case.ts";
import { expectEntry, expectMiss, expectStored, failureOf } from "../../expect.ts";
import { needing } from "../../needing.ts";
import { sampleStored } from "../../sample.ts";
import type { Opened, Scene } from "../../scene.ts";
import { expectDeleted } from "./deletes.ts";

/** Kinds of errors that say that an entry, and not the store, is at fault. */
const CODES: readonly string[] = ["corrupt", "deserialization", "decompression"];

async function damaged(scene: Scene, keys: readonly string[]): Promise<Opened> {
  const opened = await scene.open();
  const { cache, raw } = opened;
  for (const key of keys) {
    await cache.set(key, cacheValue("bad"));
    await scene.hooks.damage?.(scene.space, raw?.keyFormat.encode(key) ?? key);
  }
  return opened;
}

export const damagedEntries: Cases<Scene> = needing(["damage"], {
  "an entry that cannot be read is an error that says so, and no miss": async (scene) => {
    const { cache } = await damaged(scene, ["bad"]);
    const error = await failureOf(async () => cache.get("bad"));
    assert.ok(error !== undefined, "a get of a damaged entry should fail, and is answered");
    assert.ok(
      BackendError.is(error),
      `a get of a damaged entry should fail with a BackendError, not ${error}`,
    );
    assert.ok(CODES.includes(error.code), `a damaged entry should fail as corrupt, not as ${error}`);
  },

  "an entry that cannot be read fails its own key alone, and not its batch": async (scene) => {
    const { cache, raw } = await damaged(scene, ["bad"]);
    const good = cacheValue("good");
    for (const key of ["a", "z"]) await cache.set(key, good);
    const asked = ["a", "bad", "z"];
    const got = await Promise.allSettled(asked.map(async (key) => cache.get(key)));
    for (const index of [0, 2]) {
      const { status, ...answer } = got[index] as PromiseRejectedResult;
      const reason = String(answer.reason);
      assert.ok(
        status !== ("rejected" as string),
        `"${asked[index]}" failed with a damaged entry: ${reason}`,
      );
    }
    if (!raw?.readMany) return;
    await raw.write("z", sampleStored());
    const keys = asked.map((key) => raw.keyFormat.encode(key));
    const read = await raw.readMany(keys);
    assert.ok(BackendError.is(read[1]), "readMany should answer a damaged entry with its error");
    assert.ok(!BackendError.is(read[2]), "readMany should answer the other keys with their entries");
    if (keys[2] === "z") expectStored(read[2], sampleStored(), "the entry beside a damaged one");
  },

  "an entry that cannot be read can be overwritten and removed": async (scene) => {
    const { cache } = await damaged(scene, ["set", "batch", "deleted"]);
    const value = cacheValue("good");
    await cache.set("set", value);
    await cache.setMany([["batch", value]]);
    for (const key of ["set", "batch"]) await expectEntry(cache, key, value);
    expectDeleted(await cache.delete("deleted"), "the delete of a damaged entry");
    await expectMiss(cache, "deleted");
  },
});
