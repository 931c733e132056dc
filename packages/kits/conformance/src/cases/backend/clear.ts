import { cacheValue } from "@hitbox/core";
import type { Cases } from "../../case.ts";
import { expectEntry, expectFailure, expectMiss, expectValue, shown } from "../../expect.ts";
import { within } from "../../retell.ts";
import type { Opened, Scene } from "../../scene.ts";
import { getAll, setAll } from "./many.ts";

const KEYS: readonly string[] = [
  "key",
  ":key",
  "*",
  "a:b:c",
  "日本",
  " ",
  ...Array.from({ length: 300 }, (_, n) => `k${n}`),
];

export const clear: Cases<Scene> = {
  "clear empties the space, or is refused as unsupported and leaves it": async ({ open }) => {
    const { cache, supports } = await open();
    const value = cacheValue("value", { ttl: 3_600_000, tags: ["t"] });
    await setAll(
      cache,
      KEYS.map((key) => [key, value]),
    );
    if (supports.clear) await cache.clear();
    else await expectFailure(cache, "unsupported", "a clear", () => cache.clear());
    const left = await getAll(cache, KEYS);
    for (const [index, key] of KEYS.entries()) {
      if (!supports.clear) expectValue(left[index], value, `the entry under ${shown(key)}`);
      else if (left[index] !== undefined) await expectMiss(cache, key);
    }
  },

  "a cleared space can be used again, and cleared again": async ({ open }) => {
    const { cache, supports } = await open();
    if (supports.clear) await cache.clear();
    const value = cacheValue("value");
    await cache.set("key", value);
    await expectEntry(cache, "key", value);
    if (!supports.clear) return;
    await cache.clear();
    await expectMiss(cache, "key");
  },

  "clear leaves every other space alone": async ({ open, space, lookAlikes }) => {
    const { cache, supports } = await open();
    if (!supports.clear) return expectFailure(cache, "unsupported", "a clear", () => cache.clear());
    const others = await Promise.all(lookAlikes.map((space) => open(space)));
    const values = lookAlikes.map((space) => cacheValue(space));
    for (const [index, other] of others.entries()) await other.cache.set("key", values[index] as never);
    await cache.set("key", cacheValue("own"));
    const expectKept = (index: number, cleared: string): Promise<void> =>
      within(`after a clear of the space "${cleared}", in the space "${lookAlikes[index]}"`, () =>
        expectEntry((others[index] as Opened).cache, "key", values[index] as never),
      );
    await cache.clear();
    await expectMiss(cache, "key");
    for (const index of others.keys()) await expectKept(index, space);
    for (const [index, other] of others.entries()) {
      await other.cache.clear();
      if (index + 1 < others.length) await expectKept(index + 1, lookAlikes[index] as string);
    }
  },
};
