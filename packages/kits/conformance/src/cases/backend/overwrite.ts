import { cacheValue } from "@hitbox/core";
import type { Cases } from "../../case.ts";
import { expectEntry, expectMiss, expectStored } from "../../expect.ts";
import { rawOf } from "../../raw-only.ts";
import { noise, sampleStored } from "../../sample.ts";
import type { Scene } from "../../scene.ts";
import { STORE_LAG_MS, until } from "../../time.ts";

export const overwrite: Cases<Scene> = {
  "an overwrite replaces data, times and tags, in both directions": async ({ open }) => {
    const { cache } = await open();
    const full = cacheValue<unknown>(
      { a: 1, b: 2 },
      { ttl: 3_600_000, stale: 5, tags: ["x", "y"], createdAt: Date.now() },
    );
    const bare = cacheValue<unknown>({ c: 3 });
    for (const value of [full, bare, full]) {
      await cache.set("key", value);
      await expectEntry(cache, "key", value);
    }
  },

  "an overwrite takes the old end away": async ({ open }) => {
    const { cache } = await open();
    const short = cacheValue("short", { ttl: 120 });
    const endless = cacheValue("endless");
    await cache.set("key", short);
    await cache.set("key", endless);
    await until((short.expiresAt ?? 0) + STORE_LAG_MS);
    await expectEntry(cache, "key", endless);
  },

  "an overwrite in a batch, or with a fence, takes the old end away, too": async ({ open }) => {
    const { cache, supports } = await open();
    const [short, endless] = [cacheValue("short", { ttl: 120 }), cacheValue("endless")];
    const keys = ["one", "two", ...(supports.lease ? ["fenced"] : [])];
    for (const key of keys) await cache.set(key, short);
    await cache.setMany(["one", "two"].map((key) => [key, endless] as const));
    if (supports.lease) await cache.setFenced("fenced", endless, (await cache.lease("fenced", 1_000)).fence);
    await until((short.expiresAt ?? 0) + STORE_LAG_MS);
    for (const key of keys) await expectEntry(cache, key, endless);
  },

  "an overwrite gives an endless entry its end": async ({ open }) => {
    const { cache } = await open();
    const short = cacheValue("short", { ttl: 40 });
    await cache.set("key", cacheValue("endless"));
    await cache.set("key", short);
    await until(short.expiresAt ?? 0);
    await expectMiss(cache, "key");
  },

  "a store keeps nothing of the entry that was there before": async ({ open }) => {
    const raw = rawOf(await open());
    const full = sampleStored({
      payload: noise(5_000),
      compressor: "gzip",
      decodedBytes: 9_000,
      staleAt: 17,
      expiresAt: Date.now() + 3_600_000,
      tags: ["old", "tags"],
    });
    for (const stored of [full, sampleStored(), sampleStored({ payload: Buffer.of(1) }), full]) {
      await raw?.write("key", stored);
      if (raw) expectStored(await raw.read("key"), stored);
    }
  },
};
