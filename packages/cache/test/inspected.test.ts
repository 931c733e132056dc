import { INSPECTED, type Inspected } from "@hitbox/core/tier";
import { memory } from "@hitbox/memory";
import { gate } from "@hitbox/test-support";
import { expect, it } from "vitest";
import { checked, createCache } from "../src/index.ts";

const inspect = (cache: object): Inspected => (cache as { [INSPECTED]: Inspected })[INSPECTED];
const open = () => createCache({ backend: memory({ maxEntries: 10 }), ttl: "5m" });

it("a tool finds the backend of a cache, with the keys of all namespaces", async () => {
  const cache = open();
  await cache.namespace("shop").set("rates", 1);
  const keys: string[] = [];
  for await (const page of inspect(cache).backend.keys()) keys.push(...page);
  expect(keys).toEqual(["@shop:rates"]);
});

it("a tool deletes entries by the texts of their keys, each text once", async () => {
  const cache = open();
  await cache.namespace("shop").set("rates", 1);
  expect(await inspect(cache).deleteMany(["@shop:rates", "other", "@shop:rates"])).toEqual([
    true,
    false,
    true,
  ]);
  expect(await inspect(cache).deleteMany(["@shop:rates"])).toEqual([false]);
  expect(await cache.namespace("shop").get("rates")).toBeUndefined();
});

it("a tool expires entries by the texts of their keys", async () => {
  const cache = open();
  const user = { prefix: "user", staleWhileRevalidate: "1h" } as const;
  await cache.entity<string, number>(user).set(7, "Ada");
  expect(await inspect(cache).expireMany(["@user.v0:=7", "other"])).toEqual([true, false]);
  expect((await cache.entity<string, number>(user).lookup(7)).status).toBe("stale");
});

it("a load that had begun before a tool's delete is not stored", async () => {
  const cache = open();
  const loaded = gate();
  const call = cache.getOrSet("rates", async () => {
    await loaded.opened;
    return 1;
  });
  await inspect(cache).deleteMany(["rates"]);
  loaded.open();
  expect(await call).toBe(1);
  expect(await cache.get("rates")).toBeUndefined();
});

it("a tool is told whether the tags of an entry are valid", async () => {
  const cache = createCache({ backend: memory({ maxEntries: 10 }), ttl: "5m", staleWhileRevalidate: "5m" });
  const { backend, judgeTags } = inspect(cache);
  const judged = async (key: string) => {
    const entry = await backend.get(key);
    return entry && judgeTags(entry);
  };
  await cache.set("plain", 1);
  for (const key of ["valid", "stale", "invalid"]) await cache.set(key, 1, { tags: [key] });
  await cache.expireTags(["stale"]);
  await cache.invalidateTags(["invalid"]);
  expect(await Promise.all(["plain", "valid", "stale", "invalid"].map(judged))).toEqual([
    ...["valid", "valid", "stale", "invalid"],
  ]);
});

it("a checked cache can be inspected too", async () => {
  const cache = open();
  const rates = checked(cache, { sample: 0.5, load: async () => 1 });
  await rates.set("rates", 1);
  expect(await inspect(rates).deleteMany(["rates"])).toEqual([true]);
});
