import { compose } from "@hitbox/composition";
import { json } from "@hitbox/core";
import { memory } from "@hitbox/memory";
import { createCache } from "cache-manager";
import Keyv from "keyv";
import { expect, test } from "vitest";
import { toKeyv } from "../src/index.ts";

test("cache-manager wraps a loader, deletes and clears over tiers", async () => {
  const tiers = compose(memory({ maxEntries: 100 }), memory({ maxEntries: 100, format: json() }));
  const cache = createCache({ stores: [new Keyv({ store: toKeyv(tiers), throwOnErrors: true })] });
  let loads = 0;
  const load = async () => ({ loads: ++loads });

  await cache.wrap("city", load, 60_000);
  expect(await cache.wrap("city", load, 60_000)).toEqual({ loads: 1 });
  await cache.del("city");
  expect(await cache.wrap("city", load, 60_000)).toEqual({ loads: 2 });

  await cache.mset([{ key: "a", value: 1, ttl: 60_000 }]);
  expect(await cache.mget(["a", "b"])).toEqual([1, undefined]);
  await cache.clear();
  expect(await cache.get("a")).toBeUndefined();
});
