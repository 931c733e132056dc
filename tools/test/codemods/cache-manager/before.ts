import type { Cache } from "cache-manager";

/** Makes every call that the rules rewrite, and answers with the values that these give. */
export async function answers(cacheManager: Cache): Promise<unknown[]> {
  const load = (name: string) => ({ name });
  await cacheManager.set("rate", 1);
  await cacheManager.set("name", { first: "Ada" }, 60 * 1_000);
  await cacheManager.set("team", null, 60_000);
  await cacheManager.mset([
    { key: "a", value: [{ key: "x", value: 1 }] },
    { key: "b", value: [{ key: "x", value: 2 }], ttl: 5_000 },
  ]);
  const set = [
    await cacheManager.get<number>("rate"),
    await cacheManager.get("name"),
    await cacheManager.get("team"),
    await cacheManager.get("nothing"),
    await cacheManager.mget(["a", "b", "c"]),
    await cacheManager.mget<object>(["a"]),
  ];
  const loaded = [
    await cacheManager.wrap("user:1", () => load("Ada")),
    await cacheManager.wrap("user:1", () => load("Grace"), 5_000),
    await cacheManager.wrap("user:2", async () => load("Alan"), 60 * 60_000),
    await cacheManager.wrap("user:3", () => null),
    await cacheManager.wrap("outer", async () => [await cacheManager.mget(["rate"])]),
    await cacheManager
      .wrap("user:4", () => Promise.reject(new Error("down")))
      .catch((error) => error.message),
  ];
  await cacheManager.del("rate");
  await cacheManager.mdel(["a", "name"]);
  const left = await cacheManager.mget(["rate", "a", "name", "b"]);
  await cacheManager.clear();
  const cleared = await cacheManager.get("b");
  await cacheManager.disconnect();
  return [set, loaded, left, cleared];
}
