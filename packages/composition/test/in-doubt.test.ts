import { compose } from "@hitbox/composition";
import { type CacheBackend, cacheContext, cacheValue } from "@hitbox/core";
import { describe, expect, it } from "vitest";
import { TierQueues } from "../src/order/tier-queues.ts";
import { held, put, tier } from "./support/tier.ts";

// A tier in which a write has failed may hold an older value than others do. Nobody is answered with it.

const down = (...tiers: readonly ReturnType<typeof tier>[]): void => {
  for (const { failing } of tiers)
    for (const operation of ["write", "remove"] as const) failing.add(operation);
};
const up = (...tiers: readonly ReturnType<typeof tier>[]): void => {
  for (const { failing } of tiers) failing.clear();
};

const clearing = async (backend: CacheBackend): Promise<void> => backend.clear();

describe.each(["now", "later"] as const)(
  "a first tier that answers %s, in which a set and its undoing failed,",
  (answers) => {
    it("does not answer with the older value, and has the newer one after a read", async () => {
      const [l1, l2] = [tier("l1", { answers }), tier("l2")];
      const backend = compose(l1, l2);
      await backend.set("k", cacheValue("old"));
      down(l1);
      await backend.set("k", cacheValue("new"));
      expect(held(l1, "k")).toBe("old");
      up(l1);
      expect((await backend.get("k"))?.data).toBe("new");
      expect(held(l1, "k")).toBe("new");
      l2.entries.clear();
      expect((await backend.get("k"))?.data).toBe("new");
    });

    it("misses if the second tier does, and says so", async () => {
      const [l1, l2] = [tier("l1", { answers }), tier("l2")];
      const backend = compose(l1, l2, { delete: "optimistic" });
      await backend.set("k", cacheValue("old"));
      down(l1);
      await backend.delete("k");
      up(l1);
      const context = cacheContext();
      expect(await backend.get("k", context)).toBeUndefined();
      expect(context).toMatchObject({ status: "miss", source: "upstream" });
      expect(await backend.getMany(["k"])).toEqual([undefined]);
      await backend.set("k", cacheValue("new"));
      l2.entries.clear();
      expect((await backend.get("k"))?.data).toBe("new");
    });

    it("does not answer with what a failed clear has left, but with what came after it", async () => {
      let now = 1_000;
      const [l1, l2] = [tier("l1", { answers }), tier("l2")];
      const backend = compose(l1, l2, { now: () => now });
      await backend.set("k", cacheValue("old", { createdAt: now }));
      down(l1);
      await expect(clearing(backend)).rejects.toMatchObject({ code: "connection" });
      up(l1);
      const context = cacheContext();
      expect(await backend.get("k", context)).toBeUndefined();
      expect(context).toMatchObject({ status: "miss", source: "upstream" });
      now += 1;
      await backend.set("k", cacheValue("new", { createdAt: now }));
      l2.entries.clear();
      expect((await backend.get("k"))?.data).toBe("new");
    });
  },
);

describe("of three tiers", () => {
  it("a first tier of two answers with nothing that its second tier has missed", async () => {
    const [l1, l2, l3] = [tier("l1"), tier("l2"), tier("l3")];
    const backend = compose(compose(l1, l2), l3);
    await backend.set("k", cacheValue("old"));
    down(l2);
    await backend.set("k", cacheValue("new"));
    up(l2);
    l1.entries.clear();
    expect((await backend.get("k"))?.data).toBe("new");
    expect([held(l1, "k"), held(l2, "k")]).toEqual(["new", "new"]);
  });

  it("the first is not given what a failed clear has left in the last", async () => {
    const [l1, l2, l3] = [tier("l1"), tier("l2"), tier("l3")];
    const inner = compose(l2, l3);
    const backend = compose(l1, inner);
    put(l3, "k", "old");
    down(l3);
    await expect(clearing(inner)).rejects.toMatchObject({ code: "connection" });
    up(l3);
    await backend.get("k");
    expect([held(l1, "k"), held(l2, "k")]).toEqual([undefined, undefined]);
  });
});

it("more keys than are remembered are in doubt all the same, until they are written anew", () => {
  let now = 1_000;
  const queues = new TierQueues(() => now, "first");
  const old = cacheValue("old", { createdAt: now });
  for (let index = 0; index <= 65_536; index++) queues.doubt(`key${index}`);
  for (const index of [0, 1, 65_536]) expect(queues.mayBeOutdated(`key${index}`, old)).toBe(true);
  expect(queues.isPlain).toBe(false);
  now += 1;
  const newer = cacheValue("newer", { createdAt: now });
  for (const index of [0, 1, 65_536]) expect(queues.mayBeOutdated(`key${index}`, newer)).toBe(false);
  queues.trustAll();
  expect(queues.mayBeOutdated("key0", old)).toBe(false);
  expect(queues.isPlain).toBe(true);
});
