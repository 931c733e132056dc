import { cacheValue } from "@hitbox/core";
import type { Cases } from "../../case.ts";
import { expectEntry, expectMiss } from "../../expect.ts";
import { sampleData } from "../../sample.ts";
import type { Scene } from "../../scene.ts";
import { expectDeleted } from "./deletes.ts";

export const lifetime: Cases<Scene> = {
  "where entries are shared, two that are open at once see each other's writes and deletes": async ({
    open,
  }) => {
    const one = await open();
    if (!one.supports.shared) return;
    const two = await open();
    const [first, second] = [cacheValue("first", { tags: ["t"] }), cacheValue("second", { ttl: 3_600_001 })];
    await one.cache.set("key", first);
    await expectEntry(two.cache, "key", first);
    await two.cache.set("key", second);
    await expectEntry(one.cache, "key", second);
    expectDeleted(await one.cache.delete("key"));
    await expectMiss(two.cache, "key");
  },

  "where entries are shared, closing one leaves the other at work": async ({ open }) => {
    const one = await open();
    if (!one.supports.shared) return;
    const two = await open();
    const value = cacheValue(sampleData());
    await one.cache.set("key", value);
    await one.cache.close();
    await expectEntry(two.cache, "key", value);
    await two.cache.set("other", value);
    await expectEntry(two.cache, "other", value);
  },

  "where entries are persistent, they are there after a close, with all that they had": async ({ open }) => {
    const before = await open();
    if (!before.supports.persistent) return;
    const value = cacheValue(sampleData(), { ttl: 3_600_001, stale: 1_001, tags: ["a", "b"] });
    await before.cache.set("key", value);
    await before.cache.set("gone", value);
    await before.cache.delete("gone");
    await before.cache.close();
    const after = await open();
    await expectEntry(after.cache, "key", value);
    await expectMiss(after.cache, "gone");
  },

  "where entries are neither shared nor persistent, each open starts empty": async ({ open }) => {
    const one = await open();
    const { shared, persistent } = one.supports;
    if (one.raw === undefined || shared || persistent) return;
    await one.cache.set("key", cacheValue("value"));
    const two = await open();
    await expectMiss(two.cache, "key");
    await one.cache.close();
    const three = await open();
    await expectMiss(three.cache, "key");
  },

  "a new space is empty": async ({ open }) => {
    const { cache } = await open();
    for (const key of ["key", "a", ":", "*"]) await expectMiss(cache, key);
  },
};
