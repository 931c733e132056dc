import type { Cache } from "@hitbox/cache";

/** Makes every call that the rules rewrite, and answers with the values that these give. */
export async function answers(bento: Cache): Promise<unknown[]> {
  const [key, value, tags] = ["plan", "free", ["plans"]];
  const load = (name: string) => ({ name });
  await bento.set("rate", 1);
  await bento.set(key, value);
  await bento.set("name", { first: "Ada" }, { ttl: "1h" });
  await bento.set("team", null, { ttl: 60 * 1_000, tags: ["teams"] });
  await bento.set("plan:2", "paid", { tags });
  await bento.set("seed", 7, { ttl: Infinity });
  const set = [
    await bento.get<number>("rate"),
    await bento.get(key),
    await bento.get(`na${"me"}`),
    await bento.get("team"),
    await bento.get("nothing"),
    await bento.has("team"),
    !(await bento.has("seed")),
    !(await bento.has("nothing")),
  ];
  const loaded = [
    await bento.getOrSet("user:1", () => load("Ada")),
    await bento.getOrSet("user:1", () => load("Grace")),
    await bento.getOrSet<number>("user:2", () => 2, { ttl: 5_000 }),
    await bento.getOrSet("user:3", async () => load("Alan"), { tags: ["users"], ttl: "5m" }),
    await bento.getOrSet("user:4", ({ setTtl }) => [setTtl("1h")].length),
    await bento.getOrSet("user:5", () => load("Edsger"), { ttl: Infinity }),
    await bento.getOrSet("outer", async () => [await bento.get("rate")]),
    await bento.getOrSet("user:6", () => Promise.reject(new Error("down"))).catch(() => "failed"),
  ];
  const taken = [await bento.take("rate"), await bento.take("rate")];
  await bento.delete(key);
  await bento.deleteMany(["name", "seed"]);
  await bento.invalidateTags(["teams", "users"]);
  const left = [];
  for (const name of [key, "name", "seed", "team", "user:3", "user:1"]) left.push(await bento.get(name));
  await bento.close();
  return [set, loaded, taken, left];
}
