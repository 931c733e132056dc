import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { cacheValue } from "@hitbox/core";
import type { Cases } from "../../case.ts";
import { needing } from "../../needing.ts";
import type { RawHooks } from "../../raw-hooks.ts";
import type { Opened, Scene } from "../../scene.ts";
import { STORE_LAG_MS } from "../../time.ts";

/** Milliseconds in which a store has dropped an entry that is over. A busy one is late. */
const DROPPED_MS = 30_000;
const KEYS = ["deleted", "in-batch", "expired", "cleared"];

/** The number of bytes in the store; undefined if there are none. */
async function sizeIn(
  { space }: Scene,
  { raw }: Opened,
  bytes: NonNullable<RawHooks["bytes"]>,
  key: string,
): Promise<number | undefined> {
  return (await bytes(space, raw?.keyFormat.encode(key) ?? key))?.byteLength;
}

export const storedBytes: Cases<Scene> = needing(["bytes"], {
  "a removed entry leaves nothing in the store": async (scene, { bytes }) => {
    const opened = await scene.open();
    const { cache, supports } = opened;
    for (const key of KEYS) await cache.set(key, cacheValue("value", { ttl: 3_600_000 }));
    for (const key of KEYS) {
      const size = await sizeIn(scene, opened, bytes, key);
      assert.ok(size, `raw.bytes should find the bytes of an entry, not ${size}`);
    }
    const removals = {
      deleted: () => cache.delete("deleted"),
      "in-batch": () => cache.deleteMany(["in-batch", "none"]),
      expired: () => cache.set("expired", cacheValue("over", { createdAt: 0, expiresAt: 1 })),
      cleared: () => (supports.clear ? cache.clear() : cache.delete("cleared")),
    };
    for (const [key, remove] of Object.entries(removals)) {
      await remove();
      const size = await sizeIn(scene, opened, bytes, key);
      assert.equal(size, undefined, `the key "${key}" should be gone, and has ${size} bytes in the store`);
    }
  },

  "an overwritten entry leaves nothing in the store": async (scene, { bytes }) => {
    const opened = await scene.open();
    const value = cacheValue("x".repeat(1_000), { createdAt: 5 });
    const sizes = new Set<unknown>();
    for (let round = 0; round < 5; round++) {
      await opened.cache.set("key", value);
      sizes.add(await sizeIn(scene, opened, bytes, "key"));
    }
    assert.equal(sizes.size, 1, `an entry that is set again has ${[...sizes].join(", ")} bytes in the store`);
  },

  "where expiry is native, an entry that is over leaves the store": async (scene, { bytes }) => {
    const opened = await scene.open();
    if (opened.supports.expiry !== "native") return;
    await opened.cache.set("key", cacheValue("value", { ttl: 40 }));
    const end = Date.now() + DROPPED_MS;
    while ((await sizeIn(scene, opened, bytes, "key")) !== undefined) {
      assert.ok(Date.now() < end, `expiry is native, and an entry of 40 ms was there after ${DROPPED_MS} ms`);
      await sleep(STORE_LAG_MS);
    }
  },
});
