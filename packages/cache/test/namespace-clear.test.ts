import { createCache } from "@hitbox/cache";
import { compose } from "@hitbox/composition";
import { memory } from "@hitbox/memory";
import { describe, expect, it } from "vitest";
import { sharedStore } from "./support/shared-store.ts";

// Either a clear removes what it is for, or it is refused before: it never resolves over an entry that stays.

const STORES = {
  "a memory tier": () => memory({ maxEntries: 100 }),
  "a store that processes share": () => sharedStore(Date.now),
};

describe.each(Object.entries(STORES))("over %s a namespace", (_, backend) => {
  it("that was made without clear throws when it is made with, and serves on", async () => {
    const cache = createCache({ backend: backend(), ttl: "1m" });
    await cache.namespace("acme").set("a", 1);
    expect(() => cache.namespace("acme", { clear: true })).toThrow(TypeError);
    expect(() => cache.namespace("acme", { clear: true })).toThrow(/clear of namespace acme must be false/);
    expect(await cache.namespace("acme").get("a")).toBe(1);
    await expect(cache.namespace("acme").clear()).rejects.toMatchObject({ code: "unsupported" });
    expect(await cache.namespace("acme").get("a")).toBe(1);
  });

  it("that was made with clear throws when it is made without, and is cleared", async () => {
    const cache = createCache({ backend: backend(), ttl: "1m" });
    const acme = cache.namespace("acme", { clear: true });
    await acme.set("a", 1);
    expect(() => cache.namespace("acme")).toThrow(/clear of namespace acme must be true/);
    await cache.namespace("acme", { clear: true }).clear();
    expect(await acme.get("a")).toBeUndefined();
  });

  it("is its own, whatever others of the same name within another are", async () => {
    const cache = createCache({ backend: backend(), ttl: "1m" });
    const inner = cache.namespace("outer").namespace("acme", { clear: true });
    await cache.namespace("acme").set("a", 1);
    await inner.set("a", 2);
    await inner.clear();
    expect(await inner.get("a")).toBeUndefined();
    expect(await cache.namespace("acme").get("a")).toBe(1);
    expect(() => cache.namespace("outer").namespace("acme")).toThrow(TypeError);
  });

  it("has what is within it cleared too: namespaces, entities, wrapped functions and loads", async () => {
    const cache = createCache({ backend: backend(), ttl: "1m" });
    const acme = cache.namespace("acme", { clear: true });
    const inner = acme.namespace("inner");
    const users = acme.entity<number>({ prefix: "user" });
    let runs = 0;
    const next = acme.wrap(() => ++runs, { key: () => "next" });
    await Promise.all([inner.set("a", 1), users.set("a", 2), next(), acme.getOrSet("b", () => 3)]);
    await acme.getOrSetMany(["c", "d"], () => [4, 5]);
    await acme.clear();
    expect(await inner.get("a")).toBeUndefined();
    expect(await users.get("a")).toBeUndefined();
    expect(await acme.getMany(["b", "c", "d"])).toEqual([undefined, undefined, undefined]);
    expect(await next()).toBe(2);
  });
});

describe.each([
  ["a store", () => sharedStore(Date.now)],
  ["a first tier and a store", () => compose(memory({ maxEntries: 100 }), sharedStore(Date.now))],
])("over %s a namespace that is made with clear", (_, backend) => {
  it("never answers with what was stored without, by another process or an earlier release", async () => {
    const store = backend();
    const [one, other] = [
      createCache({ backend: store, ttl: "1m" }),
      createCache({ backend: store, ttl: "1m" }),
    ];
    const [without, acme] = [one.namespace("acme"), other.namespace("acme", { clear: true })];
    await without.setMany(
      [
        ["a", 1],
        ["b", 1],
        ["c", 1],
      ],
      { tags: ["t"] },
    );
    await without.set("d", 1);
    await acme.clear();
    expect(await acme.get("a")).toBeUndefined();
    expect(await acme.getMany(["b", "d"])).toEqual([undefined, undefined]);
    expect(acme.getSync("d")).toBeUndefined();
    expect((await acme.lookup("d")).status).toBe("miss");
    expect(await acme.getOrSet("d", () => 2)).toBe(2);
    expect(await acme.getOrSetMany(["c", "d"], () => [2])).toEqual([2, 2]);
    await acme.clear();
    expect(await acme.getMany(["c", "d"])).toEqual([undefined, undefined]);
  });
});

it("the cache itself is cleared with every namespace", async () => {
  const cache = createCache({ backend: memory({ maxEntries: 10 }), ttl: "1m" });
  const [one, other] = [cache.namespace("one"), cache.namespace("other", { clear: true })];
  await Promise.all([one.set("a", 1), other.set("a", 2)]);
  await cache.clear();
  expect([await one.get("a"), await other.get("a")]).toEqual([undefined, undefined]);
});
