import type { BentoCache } from "bentocache";

/** Makes every call that the rules rewrite, and answers with the values that these give. */
export async function answers(bento: BentoCache<Record<string, never>>): Promise<unknown[]> {
  const [key, value, tags] = ["plan", "free", ["plans"]];
  const load = (name: string) => ({ name });
  await bento.set({ key: "rate", value: 1 });
  await bento.set({ key, value });
  await bento.set({ key: "name", value: { first: "Ada" }, ttl: "1h" });
  await bento.set({ ttl: 60 * 1_000, key: "team", tags: ["teams"], value: null });
  await bento.set({ key: "plan:2", value: "paid", tags });
  await bento.setForever({ key: "seed", value: 7 });
  const set = [
    await bento.get<number>({ key: "rate" }),
    await bento.get({ key }),
    await bento.get({ key: `na${"me"}` }),
    await bento.get({ key: "team" }),
    await bento.get({ key: "nothing" }),
    await bento.has({ key: "team" }),
    await bento.missing({ key: "seed" }),
    await bento.missing({ key: "nothing" }),
  ];
  const loaded = [
    await bento.getOrSet({ key: "user:1", factory: () => load("Ada") }),
    await bento.getOrSet({ key: "user:1", factory: () => load("Grace") }),
    await bento.getOrSet<number>({ key: "user:2", factory: () => 2, ttl: 5_000 }),
    await bento.getOrSet({ key: "user:3", factory: async () => load("Alan"), tags: ["users"], ttl: "5m" }),
    await bento.getOrSet({ key: "user:4", factory: ({ setTtl }) => [setTtl("1h")].length }),
    await bento.getOrSetForever({ key: "user:5", factory: () => load("Edsger") }),
    await bento.getOrSet({ key: "outer", factory: async () => [await bento.get({ key: "rate" })] }),
    await bento
      .getOrSet({ key: "user:6", factory: () => Promise.reject(new Error("down")) })
      .catch(() => "failed"),
  ];
  const taken = [await bento.pull("rate"), await bento.pull("rate")];
  await bento.delete({ key });
  await bento.deleteMany({ keys: ["name", "seed"] });
  await bento.deleteByTag({ tags: ["teams", "users"] });
  const left = [];
  for (const name of [key, "name", "seed", "team", "user:3", "user:1"])
    left.push(await bento.get({ key: name }));
  await bento.disconnectAll();
  return [set, loaded, taken, left];
}
