import type { Cache } from "@hitbox/cache";

/** Makes every call that the rules rewrite, and answers with the values that these give. */
export async function answers(cacheManager: Cache): Promise<unknown[]> {
  const load = (name: string) => ({ name });
  await cacheManager.set("rate", 1);
  await cacheManager.set("name", { first: "Ada" }, { ttl: 60 * 1_000 });
  await cacheManager.set("team", null, { ttl: 60_000 });
  await cacheManager.setMany([
    ["a", [{ key: "x", value: 1 }]],
    ["b", [{ key: "x", value: 2 }], { ttl: 5_000 }],
  ]);
  const set = [
    await cacheManager.get<number>("rate"),
    await cacheManager.get("name"),
    await cacheManager.get("team"),
    await cacheManager.get("nothing"),
    await cacheManager.getMany(["a", "b", "c"]),
    await cacheManager.getMany<object>(["a"]),
  ];
  const loaded = [
    await cacheManager.getOrSet("user:1", () => load("Ada")),
    await cacheManager.getOrSet("user:1", () => load("Grace"), { ttl: 5_000 }),
    await cacheManager.getOrSet("user:2", async () => load("Alan"), { ttl: 60 * 60_000 }),
    await cacheManager.getOrSet("user:3", () => null),
    await cacheManager.getOrSet("outer", async () => [await cacheManager.getMany(["rate"])]),
    await cacheManager
      .getOrSet("user:4", () => Promise.reject(new Error("down")))
      .catch((error) => error.message),
  ];
  await cacheManager.delete("rate");
  await cacheManager.deleteMany(["a", "name"]);
  const left = await cacheManager.getMany(["rate", "a", "name", "b"]);
  await cacheManager.clear();
  const cleared = await cacheManager.get("b");
  await cacheManager.close();
  return [set, loaded, left, cleared];
}
