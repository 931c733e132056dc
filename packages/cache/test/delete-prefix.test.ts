import { createCache } from "@hitbox/cache";
import { compose } from "@hitbox/composition";
import { memory } from "@hitbox/memory";
import { collected, gate, settled, testClock } from "@hitbox/test-support";
import { readOnly } from "@hitbox/wrappers";
import { describe, expect, it } from "vitest";
import { sharedStore } from "./support/shared-store.ts";

const near = () => memory({ maxEntries: 3_000 });
const STORES = {
  "a memory tier": near,
  "a store that processes share": () => sharedStore(Date.now),
  "two tiers": () => compose(near(), sharedStore(Date.now)),
};

describe.each(Object.entries(STORES))("over %s a deleted prefix", (_, backend) => {
  it("takes its entries, says how many, and leaves all others", async () => {
    const cache = createCache({ backend: backend(), ttl: "1m" });
    const keys = Array.from({ length: 1_100 }, (_, n) => `user:${n}`);
    await cache.setMany([...keys, "users", "other"].map((key) => [key, 1] as const));
    await cache.set(["user:1"], 1);
    expect(await cache.deletePrefix("user:")).toEqual({ deleted: 1_100 });
    expect(await collected(cache.keys())).toHaveLength(3);
    expect(await cache.getMany(["user:0", "users", ["user:1"]])).toEqual([undefined, 1, 1]);
    expect(await cache.deletePrefix("user:")).toEqual({ deleted: 0 });
  });

  it("takes the arrays with these first elements, if it is an array", async () => {
    const cache = createCache({ backend: backend(), ttl: "1m" });
    for (const key of [["user", 1, "a"], ["user", 1], ["user", 12], ["user"]]) await cache.set(key, 1);
    expect(await cache.deletePrefix(["user", 1])).toEqual({ deleted: 2 });
    expect((await collected(cache.keys())).sort()).toEqual([["user"], ["user", 12]]);
  });

  it("takes the entries of its own namespace or entity", async () => {
    const cache = createCache({ backend: backend(), ttl: "1m" });
    const [acme, user] = [cache.namespace("acme"), cache.entity<number, string>({ prefix: "user" })];
    for (const space of [cache, acme, user, acme.namespace("inner")]) await space.set("key", 1);
    expect(await user.deletePrefix("")).toEqual({ deleted: 1 });
    expect(await acme.deletePrefix("k")).toEqual({ deleted: 1 });
    expect(await user.get("key")).toBeUndefined();
    expect(await cache.get("key")).toBe(1);
    expect(await acme.namespace("inner").get("key")).toBe(1);
  });
});

describe("after a prefix was deleted", () => {
  it.each(["one tier", "two tiers"])(
    "a load that another process had begun over %s is answered with, and not stored",
    async (tiers) => {
      const store = sharedStore(Date.now);
      const process = () =>
        createCache({ backend: tiers === "one tier" ? store : compose(near(), store), ttl: "1m" });
      const [one, other] = [process(), process()];
      const [loaded, begun] = [gate<string>(), gate()];
      const load = other.getOrSet("user:1", () => {
        begun.open();
        return loaded.opened;
      });
      await begun.opened;
      expect(await one.deletePrefix("user:")).toEqual({ deleted: 0 });
      loaded.open("old");
      expect(await load).toBe("old");
      await other.idle();
      expect([await one.get("user:1"), await other.get("user:1")]).toEqual([undefined, undefined]);
    },
  );

  it("a load that had begun is answered with, and not stored", async () => {
    const cache = createCache({ backend: near(), ttl: "1m" });
    const [loaded, other] = [gate<number>(), gate<number>()];
    const [load, others] = [
      cache.getOrSet("user:1", () => loaded.opened),
      cache.getOrSet("other", () => other.opened),
    ];
    await cache.deletePrefix("user:");
    loaded.open(1);
    other.open(2);
    expect(await Promise.all([load, others])).toEqual([1, 2]);
    expect(await cache.getMany(["user:1", "other"])).toEqual([undefined, 2]);
  });

  it("a set that was under way is gone", async () => {
    const store = sharedStore(Date.now);
    const { write } = store;
    const writing = gate();
    Object.assign(store, {
      write: (...entry: Parameters<typeof write>) => writing.opened.then(() => write(...entry)),
    });
    const cache = createCache({ backend: store, ttl: "1m" });
    const set = cache.set("user:1", 1);
    const deletion = cache.deletePrefix("user:");
    await settled();
    writing.open();
    expect(await deletion).toEqual({ deleted: 1 });
    await set;
    expect(await cache.get("user:1")).toBeUndefined();
  });

  it("an entry is gone from a first tier that alone had it", async () => {
    const l1 = near();
    const cache = createCache({ backend: compose(l1, sharedStore(Date.now)), ttl: "1m" });
    await createCache({ backend: l1, ttl: "1m" }).set("user:1", 1);
    expect(await cache.get("user:1")).toBe(1);
    expect(await cache.deletePrefix("user:")).toEqual({ deleted: 1 });
    expect(await cache.get("user:1")).toBeUndefined();
  });

  it("a delete that failed is tried again, and the entry is a miss until then", async () => {
    const clock = testClock();
    const store = sharedStore(clock.now);
    const { remove } = store;
    const cache = createCache({ backend: store, ttl: "1m", now: clock.now });
    await cache.set("user:1", 1);
    Object.assign(store, { remove: () => Promise.reject(new Error("away")) });
    expect(await cache.deletePrefix("user:")).toEqual({ deleted: 0 });
    expect(await cache.get("user:1")).toBeUndefined();
    Object.assign(store, { remove });
    await cache.close();
    expect(store.read("user:1")).toBeInstanceOf(Promise);
    expect(await store.read("user:1")).toBeUndefined();
  });
});

describe("deleting a prefix", () => {
  it.each([undefined, null, 1, { a: 1 }, [() => 1]])("is a TypeError if the prefix is %o", async (wrong) => {
    const cache = createCache({ backend: near(), ttl: "1m" });
    await expect(cache.deletePrefix(wrong as never)).rejects.toThrow(TypeError);
  });

  it("rejects if the store fails", async () => {
    const store = sharedStore(Date.now);
    const cache = createCache({ backend: store, ttl: "1m" });
    Object.assign(store, { keys: () => Promise.reject(new Error("away")) });
    await expect(cache.deletePrefix("a")).rejects.toMatchObject({ name: "BackendError", backend: "store" });
  });

  it("rejects if deletes are refused, and failures are to be thrown", async () => {
    const store = near();
    await createCache({ backend: store, ttl: "1m" }).set("a", 1);
    const cache = createCache({ backend: readOnly(store), ttl: "1m", onBackendError: "throw" });
    await expect(cache.deletePrefix("a")).rejects.toMatchObject({ code: "unsupported" });
  });

  it("rejects after the cache was closed", async () => {
    const cache = createCache({ backend: near(), ttl: "1m" });
    await cache.close();
    await expect(cache.deletePrefix("a")).rejects.toMatchObject({ code: "closed" });
  });
});
