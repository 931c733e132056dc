import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { type CacheBackend, cacheBackend, cacheValue } from "@hitbox/core";
import type { Cases } from "../../case.ts";
import { expectEntry, expectMiss } from "../../expect.ts";
import { rawOf } from "../../raw-only.ts";
import type { Scene } from "../../scene.ts";
import { until } from "../../time.ts";

const DAY_MS = 86_400_000;

/** Most times that an entry is written anew because this machine was too late to read it in time. */
const MOST_TRIES = 5;

/** Reads an entry within its last 400 ms, in which a store that counts full seconds has dropped it. */
async function expectUntilEnd(cache: CacheBackend, part: string, ttl: number): Promise<void> {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const value = cacheValue("value", { ttl: ttl + tries * 1_000 });
    const expiresAt = value.expiresAt ?? 0;
    await cache.set(part, value);
    await until(expiresAt - 350);
    const got = await cache.get(part);
    const left = expiresAt - Date.now();
    if (got !== undefined) return;
    assert.ok(left < 20, `a miss ${left} ms before the end: the store cut the ${part} off to full seconds`);
  }
}

export const timeToLive: Cases<Scene> = {
  "an entry of 1 ms is gone after it, and the older entry with it": async ({ open }) => {
    const { cache } = await open();
    await cache.set("key", cacheValue("old"));
    const value = cacheValue("short", { ttl: 1 });
    await cache.set("key", value);
    await until(value.expiresAt ?? 0);
    await expectMiss(cache, "key");
  },

  "an entry of less than a second is a hit until its end and a miss from then on": async ({ open }) => {
    const { cache } = await open();
    const value = cacheValue("short", { ttl: 250 });
    const expiresAt = value.expiresAt ?? 0;
    await cache.set("key", value);
    while (Date.now() < expiresAt - 25) {
      const got = await cache.get("key");
      // A store's clock may be some milliseconds ahead of ours.
      if (Date.now() < expiresAt - 20) assert.ok(got, `a miss ${expiresAt - Date.now()} ms before the end`);
      await sleep(10);
    }
    await until(expiresAt);
    await expectMiss(cache, "key");
  },

  "an entry of more than a second is a hit until its end, not until the full second before it": async ({
    open,
  }) => {
    const { cache } = await open();
    // A store drops it 400 ms early if it cuts off the time to live, or the end itself.
    const cutOff = { "time to live": 1_400, end: 1_400 - (Date.now() % 1_000) };
    const waits = Object.entries(cutOff).map(([part, ttl]) => expectUntilEnd(cache, part, ttl));
    await Promise.all(waits);
  },

  "no read that starts at the end, or after it, is a hit": async ({ open }) => {
    const { cache } = await open();
    const value = cacheValue("short", { ttl: 60 });
    const expiresAt = value.expiresAt ?? 0;
    await cache.set("key", value);
    await until(expiresAt - 3);
    let startedAt: number;
    do {
      startedAt = Date.now();
      const got = await cache.get("key");
      assert.ok(
        startedAt < expiresAt || got === undefined,
        `a hit ${startedAt - expiresAt} ms after the end`,
      );
    } while (startedAt < expiresAt + 15);
  },

  "the end counts to the millisecond by the clock that core is given": async ({ open }) => {
    const raw = rawOf(await open());
    if (raw === undefined) return;
    let now = Date.now();
    const cache = cacheBackend(raw, { now: () => now });
    const value = cacheValue("value", { ttl: 3_600_007, createdAt: now });
    await cache.set("key", value);
    now = (value.expiresAt ?? 0) - 1;
    await expectEntry(cache, "key", value);
    now += 1;
    await expectMiss(cache, "key");
  },

  "an entry of 60 days is kept, and 25 days are not too many for a timer": async ({ open }) => {
    const { cache } = await open();
    for (const days of [24.9, 25, 49.8, 60, 36_500]) {
      const value = cacheValue(days, { ttl: days * DAY_MS });
      await cache.set("key", value);
      await sleep(5);
      await expectEntry(cache, "key", value);
    }
  },

  "an entry that has expired already is not stored, and the older one is removed": async ({ open }) => {
    const { cache } = await open();
    const now = Date.now();
    for (const expiresAt of [now, now - 1, now - DAY_MS, 0]) {
      await cache.set("key", cacheValue("old"));
      await cache.set("key", cacheValue("expired", { createdAt: 0, expiresAt }));
      await expectMiss(cache, "key");
    }
  },
};
