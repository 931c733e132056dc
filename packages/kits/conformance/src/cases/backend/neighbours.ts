import assert from "node:assert/strict";
import { type CacheBackend, cacheValue, type MaybePromise } from "@hitbox/core";
import type { Cases } from "../../case.ts";
import { expectEntry, failureOf } from "../../expect.ts";
import type { Scene } from "../../scene.ts";
import { withinSeconds } from "../../time.ts";
import { twoUsers } from "./two-users.ts";

export const neighbours: Cases<Scene> = {
  "two users can begin at the same time on a new space": async ({ open, lookAlikes }) => {
    const { supports } = await open(lookAlikes[0]);
    if (!supports.shared) return;
    const begin = async (user: string): Promise<unknown> => {
      const { cache } = await open(lookAlikes[1]);
      await cache.set(user, cacheValue(user));
      return cache.get(user);
    };
    for (const [index, begun] of (await Promise.allSettled(["a", "b", "c", "d"].map(begin))).entries()) {
      const reason = begun.status === "rejected" ? begun.reason : undefined;
      assert.equal(reason, undefined, `user ${index + 1} of 4 could not begin on a new space: ${reason}`);
    }
  },

  "batches of two users with the same keys in opposite orders both end": async (scene) => {
    const users = await twoUsers(scene);
    if (!users) return;
    const keys = Array.from({ length: 12 }, (_, index) => `key-${index}`);
    const orders = [keys, keys.toReversed()];
    const entries = orders.map((order) => order.map((key) => [key, cacheValue(key)] as const));
    const both = (batch: (user: CacheBackend, index: number) => MaybePromise<unknown>): Promise<unknown> =>
      Promise.all(users.map(async (user, index) => batch(user, index)));
    for (let round = 0; round < 10; round++) {
      const work = both((user, index) => user.setMany(entries[index] ?? [])).then(() =>
        both((user, index) => user.deleteMany(orders[index] ?? [])),
      );
      const error = await failureOf(() => withinSeconds(10, "two batches with the same keys", work));
      assert.equal(error, undefined, `two batches hold each other up, or one fails for the other: ${error}`);
    }
  },

  "writes of a key that are asked for at once take effect in their order": async ({ open }) => {
    const { cache } = await open();
    for (let round = 0; round < 20; round++) {
      const last = cacheValue({ round, text: "last" });
      const first = cacheValue({ round, text: "first" });
      const large = cacheValue({ round, text: "large".repeat(200) });
      const asked = [
        (async () => cache.set("key", first))(),
        (async () => cache.delete("key"))(),
        cache.setMany([
          ["key", first],
          ["other", first],
        ]),
        (async () => cache.set("key", large))(),
        (async () => cache.set("key", last))(),
      ];
      await Promise.all(asked);
      await expectEntry(cache, "key", last);
    }
  },
};
