import assert from "node:assert/strict";
import { cacheValue } from "@hitbox/core";
import type { Cases } from "../../case.ts";
import { expectEntry, expectStored } from "../../expect.ts";
import { keepsReferences, rawOf } from "../../raw-only.ts";
import { noise, sampleData, sampleStored } from "../../sample.ts";
import type { Scene } from "../../scene.ts";
import { spoil } from "../../spoil.ts";

export const mutation: Cases<Scene> = {
  "changing what was set, after the set, changes nothing in the cache": async ({ open }) => {
    const { cache, raw } = await open();
    if (keepsReferences(raw)) return;
    const [data, tags] = [sampleData(), ["a", "b"]];
    await cache.set("key", { data, createdAt: 5, tags });
    spoil(data);
    spoil(tags);
    await expectEntry(cache, "key", cacheValue(sampleData(), { createdAt: 5, tags: ["a", "b"] }));
  },

  "changing what a get returned changes nothing for the next reader": async ({ open }) => {
    const { cache, raw } = await open();
    if (keepsReferences(raw)) return;
    const value = cacheValue(sampleData(), { createdAt: 5, tags: ["a", "b"] });
    await cache.set("key", value);
    for (let reader = 0; reader < 3; reader++) {
      const got = await cache.get("key");
      spoil(got?.data);
      spoil(got?.tags);
      spoil(got);
      await expectEntry(cache, "key", cacheValue(sampleData(), { createdAt: 5, tags: ["a", "b"] }));
    }
  },

  "readers of one moment cannot change each other's values": async ({ open }) => {
    const { cache, raw } = await open();
    if (keepsReferences(raw)) return;
    await cache.set("key", cacheValue(sampleData()));
    const [one, two, three] = await Promise.all([1, 2, 3].map(async () => cache.get("key")));
    spoil(one?.data);
    spoil(two?.data);
    assert.deepEqual(three?.data, sampleData(), "a reader changed the data of another reader");
  },

  "a store leaves what it is handed as it is": async ({ open }) => {
    const raw = rawOf(await open());
    const stored = sampleStored({ payload: noise(300), tags: Object.freeze(["a", "b"]) as string[] });
    await raw?.write("key", Object.freeze(stored));
    await raw?.read("key");
    assert.deepEqual({ ...stored }, sampleStored({ payload: noise(300), tags: ["a", "b"] }));
  },

  "a later read or write does not change what an earlier read gave": async ({ open }) => {
    const raw = rawOf(await open());
    if (raw === undefined) return;
    const [one, two] = [sampleStored({ payload: noise(300, 1) }), sampleStored({ payload: noise(300, 2) })];
    await raw.write("one", one);
    await raw.write("two", two);
    const first = await raw.read("one");
    const second = await raw.read("two");
    await raw.write("one", two);
    await raw.remove("two");
    expectStored(first, one, "what was read first");
    expectStored(second, two, "what was read second");
  },
};
