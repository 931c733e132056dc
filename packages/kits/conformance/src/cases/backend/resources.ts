import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { type CacheBackend, cacheValue } from "@hitbox/core";
import { type Cases, joinCases } from "../../case.ts";
import { needing } from "../../needing.ts";
import { Resources } from "../../resources.ts";
import type { Scene } from "../../scene.ts";

/**
 * A backend has let go of everything this many looks after its close: 2 s later, and more in a process that
 * is too busy to come round to what is due.
 */
const LOOKS = 100;
const PAUSE_MS = 20;

async function use(cache: CacheBackend): Promise<void> {
  await cache.set("key", cacheValue("value", { ttl: 3_600_000 }));
  await cache.setMany([["other", cacheValue("other")]]);
  await cache.getMany(["key", "other", "none"]);
  await cache.delete("key");
}

/** The last answer of `count`, which should become 0 before long. */
async function left<T>(count: () => T | Promise<T>, isNone: (left: T) => boolean): Promise<T> {
  let now = await count();
  for (let look = 1; look < LOOKS && !isNone(now); look++) {
    await sleep(PAUSE_MS);
    now = await count();
  }
  return now;
}

const unaided: Cases<Scene> = {
  "nothing that a backend has begun keeps the process alive after its close": async ({ open, hooks }) => {
    // A client that the backend was given is its owner's to close.
    const kinds = hooks.client === "own" ? "all" : "timers";
    const resources = new Resources(kinds);
    try {
      await resources.watch(async () => {
        const { cache } = await open();
        await use(cache);
        await cache.close();
      });
      const kept = await left(
        () => resources.keepingAlive(),
        (names) => names.length === 0,
      );
      assert.equal(kept.length, 0, `after its close a backend keeps the process alive by ${kept.join(", ")}`);
    } finally {
      resources.stop();
    }
  },
};

const counted = needing(["connections", "client"], {
  "close ends the connections that the backend has opened, and no client that it was given": async (
    { open, space },
    { connections, client },
  ) => {
    const { cache } = await open();
    await use(cache);
    const before = await connections(space);
    assert.ok(before > 0, `raw.connections should count 1 or more before a close, not ${before}`);
    await cache.close();
    if (client === "own") {
      const after = await left(
        () => connections(space),
        (count) => count === 0,
      );
      assert.equal(after, 0, `close should end what the backend has opened, and leaves ${after} connections`);
      return;
    }
    await sleep(PAUSE_MS);
    const after = await connections(space);
    assert.equal(after, before, "close should leave the client that the backend was given, and closes it");
  },
});

export const resources: Cases<Scene> = joinCases(unaided, counted);
