import assert from "node:assert/strict";
import { type CacheValue, cacheValue, FENCE_MS } from "@hitbox/core";
import type { Cases } from "../../case.ts";
import { needing } from "../../needing.ts";
import type { RawHooks } from "../../raw-hooks.ts";
import type { Opened, Scene } from "../../scene.ts";
import { STORE_LAG_MS } from "../../time.ts";
import { writesOf } from "./writes.ts";

/** Milliseconds that a store may add, which counts in seconds and begins one at a tick of its clock. */
const MOST_ADDED_MS = 2_000 + STORE_LAG_MS;
const DAY_MS = 86_400_000;
const LIVES = [250, 999, 1_400, 59_999, 3_600_007, 40 * DAY_MS];

type TimeToLive = NonNullable<RawHooks["timeToLive"]>;

/** Asks the store how long it will keep the entry under a key. */
async function lifeIn(scene: Scene, { raw }: Opened, timeToLive: TimeToLive, key: string): Promise<unknown> {
  return timeToLive(scene.space, raw?.keyFormat.encode(key) ?? key);
}

/** A store that drops nothing by itself may keep everything. */
function expectLife(
  { supports }: Opened,
  life: unknown,
  { createdAt, expiresAt }: CacheValue<string>,
  what: string,
): void {
  assert.ok(typeof life === "number", `${what}: raw.timeToLive found nothing, but answered ${life}`);
  if (expiresAt === undefined) {
    assert.equal(life, Number.POSITIVE_INFINITY, `${what} has no end, and the store ends it in ${life} ms`);
    return;
  }
  const left = expiresAt - Date.now();
  assert.ok(life >= left - STORE_LAG_MS, `${what} has ${left} ms left, and the store keeps it for ${life}`);
  if (supports.expiry !== "native" && life === Number.POSITIVE_INFINITY) return;
  // A time to live runs from its arrival, which may be late on a busy machine: at the earliest from here.
  const most = expiresAt - createdAt;
  assert.ok(life <= most + MOST_ADDED_MS, `${what} has ${most} ms left, and the store keeps it for ${life}`);
}

export const storedLife: Cases<Scene> = needing(["timeToLive"], {
  "the store itself keeps an entry until its end, and not for ever": async (scene, { timeToLive }) => {
    const opened = await scene.open();
    for (const [name, write] of writesOf(opened)) {
      for (const ttl of LIVES) {
        const value = cacheValue("value", { ttl });
        const key = `${name} ${ttl}`;
        await write(opened.cache, key, value);
        const life = await lifeIn(scene, opened, timeToLive, key);
        if (Date.now() < (value.expiresAt ?? 0))
          expectLife(opened, life, value, `an entry of ${ttl} ms, written by ${name},`);
      }
    }
  },

  "the store itself keeps an entry without an end for ever": async (scene, { timeToLive }) => {
    const opened = await scene.open();
    for (const [name, write] of writesOf(opened)) {
      const value = cacheValue("value");
      await write(opened.cache, name, value);
      expectLife(opened, await lifeIn(scene, opened, timeToLive, name), value, `an entry of ${name}`);
    }
  },

  "an overwrite changes how long the store itself keeps an entry": async (scene, { timeToLive }) => {
    const opened = await scene.open();
    for (const [name, write] of writesOf(opened)) {
      for (const ttl of [60_000, undefined, 7_200_000, 90_000]) {
        const value = cacheValue("value", ttl === undefined ? {} : { ttl });
        await write(opened.cache, "key", value);
        const life = await lifeIn(scene, opened, timeToLive, "key");
        expectLife(opened, life, value, `an entry that was overwritten by ${name}`);
      }
    }
  },

  "a lease does not change how long the store itself keeps an entry": async (scene, { timeToLive }) => {
    const opened = await scene.open();
    const { cache, supports } = opened;
    if (!supports.lease) return;
    for (const ttl of [undefined, 60_000, 7_200_000]) {
      const value = cacheValue("value", ttl === undefined ? {} : { ttl });
      await cache.set("key", value);
      const { fence } = await cache.lease("key", 20_000);
      const leased = await lifeIn(scene, opened, timeToLive, "key");
      expectLife(opened, leased, value, "an entry under a lease");
      await cache.releaseLease("key", fence);
      const released = await lifeIn(scene, opened, timeToLive, "key");
      expectLife(opened, released, value, "an entry whose lease was released");
    }
  },

  "the store itself forgets a lease of a key without an entry": async (scene, { timeToLive }) => {
    const opened = await scene.open();
    const { cache, supports } = opened;
    if (!supports.lease || supports.expiry !== "native") return;
    const { fence } = await cache.lease("key", 20_000);
    const expectForgotten = async (what: string): Promise<void> => {
      const life = (await lifeIn(scene, opened, timeToLive, "key")) ?? 0;
      const most = FENCE_MS + MOST_ADDED_MS;
      assert.ok(
        (life as number) <= most,
        `${what} should leave the store in ${most} ms, and stays for ${life}`,
      );
    };
    await expectForgotten("a lease");
    await cache.releaseLease("key", fence);
    await expectForgotten("a lease that was released");
  },
});
