import { cacheValue, type StoredValue } from "@hitbox/core";
import type { Cases } from "../../case.ts";
import { expectEntry, expectStored } from "../../expect.ts";
import { rawOf } from "../../raw-only.ts";
import { sampleData, sampleStored } from "../../sample.ts";
import type { Scene } from "../../scene.ts";

const FARTHEST = Number.MAX_SAFE_INTEGER;
const LONGEST_LOAD_MS = 2 ** 32 - 1;

const TAGS: Readonly<Record<string, readonly string[]>> = {
  one: ["users"],
  "in no order": ["b", "a", "c"],
  unicode: ["Zoë", "日本", "🚀", "e\u0301", "\u00e9"],
  awkward: ["a,b", "a b", " ", "", 'q"uote', "back\\slash", "new\nline", "nul\0", "a:b", "*", "__proto__"],
  many: Array.from({ length: 500 }, (_, index) => `tag-${index}`),
  long: ["x".repeat(2_000)],
};

export const metadata: Cases<Scene> = {
  "times come back to the millisecond": async ({ open }) => {
    const { cache } = await open();
    const createdAt = Date.now() - 7;
    for (const odd of [1, 123, 999, 1_001]) {
      const value = cacheValue(sampleData(), { createdAt, ttl: 3_600_000 + odd, stale: 60_000 + odd });
      await cache.set("key", value);
      await expectEntry(cache, "key", value);
    }
  },

  "an entry without a stale mark and without an end has neither when read": async ({ open }) => {
    const { cache } = await open();
    const value = cacheValue(sampleData());
    await cache.set("key", value);
    await expectEntry(cache, "key", value);
  },

  "a stale mark in the past, or after the end, is kept as it is": async ({ open }) => {
    const { cache } = await open();
    const expiresAt = Date.now() + 3_600_001;
    for (const staleAt of [0, Date.now() - 1_003, expiresAt, expiresAt + 5]) {
      const value = cacheValue(sampleData(), { staleAt, expiresAt });
      await cache.set("key", value);
      await expectEntry(cache, "key", value);
    }
  },

  "the earliest and the farthest times are kept": async ({ open }) => {
    const { cache } = await open();
    const first = cacheValue("first", { createdAt: 0, staleAt: 0, expiresAt: FARTHEST });
    // With an end it would be a miss: readers distrust entries from the future.
    const last = cacheValue("last", { createdAt: FARTHEST });
    await cache.set("first", first);
    await cache.set("last", last);
    await expectEntry(cache, "first", first);
    await expectEntry(cache, "last", last);
  },

  "the time of a load comes back, and none if there was none": async ({ open }) => {
    const { cache } = await open();
    for (const loadMs of [0, 1, 12_345, LONGEST_LOAD_MS, undefined]) {
      const value = cacheValue(sampleData(), { createdAt: 5, loadMs });
      await cache.set("key", value);
      await expectEntry(cache, "key", value);
    }
  },

  "tags come back in order, whatever characters they hold": async ({ open }) => {
    const { cache } = await open();
    for (const [key, tags] of Object.entries(TAGS))
      await cache.set(key, cacheValue(key, { tags, createdAt: 5 }));
    for (const [key, tags] of Object.entries(TAGS)) {
      await expectEntry(cache, key, cacheValue(key, { tags, createdAt: 5 }));
    }
  },

  "a store keeps every field of a stored value": async ({ open }) => {
    const raw = rawOf(await open());
    for (const stored of storedValues()) {
      await raw?.write("key", stored);
      if (raw) expectStored(await raw.read("key"), stored);
    }
  },
};

function storedValues(): StoredValue[] {
  const later = Date.now() + 3_600_007;
  return [
    sampleStored(),
    sampleStored({ compressor: "kit-compressor_2", decodedBytes: 1 }),
    sampleStored({ compressor: "gzip", decodedBytes: 16_777_217 }),
    sampleStored({ staleAt: later - 1 }),
    sampleStored({ loadMs: 0 }),
    sampleStored({ loadMs: LONGEST_LOAD_MS, tags: ["t"], staleAt: 1, compressor: "c", decodedBytes: 9 }),
    sampleStored({ expiresAt: later }),
    sampleStored({ createdAt: 0, staleAt: 0, expiresAt: FARTHEST, tags: [] }),
    sampleStored({ createdAt: FARTHEST, staleAt: FARTHEST, expiresAt: FARTHEST }),
    sampleStored({ tags: TAGS.awkward, staleAt: 1, expiresAt: later, compressor: "c", decodedBytes: 9 }),
    sampleStored({ format: "f".repeat(64) }),
  ];
}
