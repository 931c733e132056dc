import assert from "node:assert/strict";
import { cacheValue, freshness } from "@hitbox/core";
import type { Cases } from "../../case.ts";
import { expectEntry, expectMiss, expectStored } from "../../expect.ts";
import { within } from "../../retell.ts";
import { sampleData, sampleStored } from "../../sample.ts";
import type { Scene } from "../../scene.ts";
import { twoRaw, twoUsers } from "./two-users.ts";

/** Every other case takes these for granted. */
export const basics: Cases<Scene> = {
  "data comes back as it was set": async ({ open }) => {
    const { cache } = await open();
    await cache.set("key", cacheValue(sampleData(), { createdAt: 3 }));
    await expectEntry(cache, "key", cacheValue(sampleData(), { createdAt: 3 }));
  },

  "a write and a removal are done when they are answered, whoever reads next": async (scene) => {
    const users = await twoRaw(scene);
    if (!users) return;
    const [one, other] = users;
    const written = [sampleStored({ createdAt: 1, tags: ["first"] }), sampleStored({ createdAt: 2 })];
    for (let round = 0; round < 20; round++) {
      for (const value of written) {
        await one.write("key", value);
        const what = `the entry that another user reads after a write, in round ${round},`;
        expectStored(await other.read("key"), value, what);
      }
      await one.remove("key");
      const left = await other.read("key");
      const isGone = left === undefined || freshness(left) === "expired";
      assert.ok(isGone, `another user reads an entry after its removal, in round ${round}`);
    }
  },

  "a batch is done when it is answered, whoever reads next": async (scene) => {
    const users = await twoUsers(scene);
    if (!users) return;
    const [one, other] = users;
    const keys = ["a", "b", "c", "d", "e"];
    for (let round = 0; round < 10; round++) {
      const value = cacheValue(round);
      await one.setMany(keys.map((key) => [key, value] as const));
      for (const key of keys.toReversed())
        await within("another user, after a setMany", () => expectEntry(other, key, value));
      await one.deleteMany(keys);
      for (const key of keys.toReversed())
        await within("another user, after a deleteMany", () => expectMiss(other, key));
    }
  },
};
