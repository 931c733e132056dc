import assert from "node:assert/strict";
import { type CacheValue, cacheValue, FENCE_MS } from "@hitbox/core";
import { type Cases, joinCases } from "../../case.ts";
import { expectEntry, expectMiss } from "../../expect.ts";
import { needing } from "../../needing.ts";
import { within } from "../../retell.ts";
import type { Opened, Scene } from "../../scene.ts";
import { STORE_LAG_MS, until } from "../../time.ts";

/** Enough entries for a removal that takes them by the hundred, or at each hundredth write. */
const MANY = 250;

const SHORT_MS = 120;

/** Entries that a careless removal of expired ones takes, too. */
function liveEntries(): Readonly<Record<string, CacheValue<string>>> {
  const now = Date.now();
  return {
    endless: cacheValue("endless"),
    "of an hour": cacheValue("of an hour", { ttl: 3_600_000 }),
    stale: cacheValue("stale", { ttl: 3_600_000, staleAt: now - 1_000 }),
    "stale without an end": cacheValue("stale without an end", { staleAt: now - 1_000 }),
    old: cacheValue("old", { createdAt: 0, expiresAt: now + 3_600_000 }),
    leased: cacheValue("leased", { ttl: 3_600_000 }),
    overwritten: cacheValue("overwritten", { ttl: 3_600_000 }),
  };
}

/** Sets live entries between many that end soon, and waits for their end. */
async function mixed({ cache, supports }: Opened): Promise<ReturnType<typeof liveEntries>> {
  const live = liveEntries();
  const short = cacheValue("short", { ttl: SHORT_MS });
  await cache.set("overwritten", cacheValue("before", { ttl: SHORT_MS }));
  const keys = Array.from({ length: MANY }, (_, index) => `short-${index}`);
  await cache.setMany(keys.map((key) => [key, short] as const));
  for (const [key, value] of Object.entries(live)) await cache.set(key, value);
  if (supports.lease) await cache.lease("leased", Math.min(SHORT_MS, FENCE_MS));
  await until(Math.max(Date.now(), short.expiresAt ?? 0) + SHORT_MS + STORE_LAG_MS);
  return live;
}

async function expectLive({ cache }: Opened, live: ReturnType<typeof liveEntries>): Promise<void> {
  await within("beside many entries that ended", async () => {
    for (const [key, value] of Object.entries(live)) await expectEntry(cache, key, value);
    await expectMiss(cache, "short-0");
  });
}

const unaided: Cases<Scene> = {
  "many entries that end take no live entry with them": async ({ open }) => {
    const opened = await open();
    const live = await mixed(opened);
    const { cache } = opened;
    await cache.setMany(
      Array.from({ length: MANY }, (_, index) => [`new-${index}`, cacheValue(index)] as const),
    );
    await expectLive(opened, live);
  },
};

const swept = needing(["sweep"], {
  "a sweep takes the entries that have ended, and no live one": async (scene, { sweep }) => {
    const opened = await scene.open();
    const live = await mixed(opened);
    await sweep(scene.space);
    await expectLive(opened, live);
    const { bytes } = scene.hooks;
    if (bytes === undefined) return;
    const found = await bytes(scene.space, opened.raw?.keyFormat.encode("short-0") ?? "short-0");
    assert.equal(found, undefined, "a sweep should take an entry that has ended, and left it in the store");
  },
});

export const sweeps: Cases<Scene> = joinCases(unaided, swept);
