import { cacheValue } from "@hitbox/core";
import type { Cases } from "../../case.ts";
import { expectEntry, expectMiss } from "../../expect.ts";
import { keysWithin } from "../../keys-within.ts";
import { within } from "../../retell.ts";
import type { Scene } from "../../scene.ts";
import { expectMissing } from "./deletes.ts";

export const isolation: Cases<Scene> = {
  "spaces with names that look alike share no entry": async ({ open, space, lookAlikes }) => {
    const spaces = [space, ...lookAlikes];
    const opened = await Promise.all(spaces.map((name) => open(name)));
    for (const [index, { cache }] of opened.entries())
      await within(`the new space "${spaces[index]}"`, () => expectMiss(cache, "key"));
    for (const [index, { cache }] of opened.entries())
      await cache.set("key", cacheValue(spaces[index], FIXED));
    for (const [index, { cache }] of opened.entries())
      await within(`the space "${spaces[index]}"`, () =>
        expectEntry(cache, "key", cacheValue(spaces[index], FIXED)),
      );
  },

  "a key that starts like another space's name is not that space's": async ({ open, space, lookAlikes }) => {
    const own = await open();
    for (const name of lookAlikes) {
      const ending = name.slice(space.length);
      const other = await open(name);
      const keys = ["", ":", "/", "-"].map((separator) => `${separator}key`);
      for (const key of keys) await own.cache.set(`${ending}${key}`, cacheValue("own"));
      for (const key of keys)
        await within(`the space "${name}" beside "${space}"`, async () => {
          await expectMiss(other.cache, key);
          expectMissing(await other.cache.delete(key));
        });
    }
  },

  "a key that starts with the name of its own space is a key of its own": async ({ open, space }) => {
    const opened = await open();
    const { cache } = opened;
    const separators = ["", ":", "::", "/", "-", "."];
    const keys = keysWithin(opened, ["key", ...separators.map((separator) => `${space}${separator}key`)]);
    for (const key of keys) {
      await expectMiss(cache, key);
      await cache.set(key, cacheValue(key, FIXED));
    }
    for (const key of keys) await expectEntry(cache, key, cacheValue(key, FIXED));
  },

  "a delete in one space leaves the same key of another": async ({ open, lookAlikes }) => {
    const own = await open();
    const other = await open(lookAlikes[0]);
    const value = cacheValue("value");
    await own.cache.set("key", value);
    expectMissing(await other.cache.delete("key"));
    await expectEntry(own.cache, "key", value);
  },
};

const FIXED = { createdAt: 5, tags: ["t"] };
