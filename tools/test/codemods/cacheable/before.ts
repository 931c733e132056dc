import type { Cacheable } from "cacheable";

/** Makes every call that the rules rewrite, and answers with the values that these give. */
export async function answers(cache: Cacheable): Promise<unknown[]> {
  await cache.set("rate", 1);
  await cache.set("name", { first: "Ada" }, "1h");
  await cache.set("team", null, 60 * 1_000);
  await cache.set("plan", "free", { ttl: "5m", tags: ["plans"] });
  await cache.set("price", 5, { tags: ["prices"] });
  await cache.setMany([
    { key: "a", value: [{ key: "x", value: 1 }] },
    { key: "b", value: [{ key: "x", value: 2 }], ttl: "5m" },
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
  await cache.tags.invalidateTag("plans");
  await cache.tags.invalidateTags(["prices", "none"]);
  await cache.delete("name");
  await cache.deleteMany(["a", "c"]);
  const left = await cache.getMany(["plan", "price", "name", "a", "b"]);
  await cache.clear();
  const cleared = await cache.get("b");
  await cache.disconnect();
  return [set, left, cleared];
}
