import type { Cache } from "@hitbox/cache";

/** Makes every call that the rules rewrite, and answers with the values that these give. */
export async function answers(cache: Cache): Promise<unknown[]> {
  await cache.set("rate", 1);
  await cache.set("name", { first: "Ada" }, { ttl: "1h" });
  await cache.set("team", null, { ttl: 60 * 1_000 });
  await cache.set("plan", "free", { ttl: "5m", tags: ["plans"] });
  await cache.set("price", 5, { tags: ["prices"] });
  await cache.setMany([
    ["a", [{ key: "x", value: 1 }]],
    ["b", [{ key: "x", value: 2 }], { ttl: "5m" }],
  ]);
  const set = [
    await cache.get<number>("rate"),
    await cache.get("name"),
    await cache.get("team"),
    await cache.get("nothing"),
    await cache.getMany(["a", "b", "c"]),
    await cache.has("rate"),
    await cache.has("nothing"),
    await cache.take("rate"),
    await cache.take("rate"),
  ];
  await cache.invalidateTags(["plans"]);
  await cache.invalidateTags(["prices", "none"]);
  await cache.delete("name");
  await cache.deleteMany(["a", "c"]);
  const left = await cache.getMany(["plan", "price", "name", "a", "b"]);
  await cache.clear();
  const cleared = await cache.get("b");
  await cache.close();
  return [set, left, cleared];
}
