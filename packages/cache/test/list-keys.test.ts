import { createCache, type Entity, type KeyInput, type KeyPrefix } from "@hitbox/cache";
import { compose } from "@hitbox/composition";
import { hashed } from "@hitbox/core";
import { memory } from "@hitbox/memory";
import { anyCharacter, assertProperty, collected, testClock } from "@hitbox/test-support";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { keyText } from "../src/keys/key-text.ts";
import { sharedStore } from "./support/shared-store.ts";

const near = () => memory({ maxEntries: 1_000 });
const listed = (cache: Pick<Entity<KeyInput, unknown>, "keys">, prefix?: KeyPrefix) =>
  collected(cache.keys({ prefix }));

const KEYS: readonly KeyInput[] = [
  ...["user", "user:1", "=user", "'user", "@user", "%user", "🚀", "\ud83d"],
  ...[1, -1.5e300, 0, 12n, true, false, null, new Date(5)],
  ...[[], ["user"], ["user", 1], ["user", 12], ["user", { id: 1, "a b": ["x", null] }], ["users"]],
  ...[{}, { a: 1 }, JSON.parse('{"__proto__":1}') as object],
];

describe("a listing", () => {
  it("has the keys as they were written", async () => {
    const cache = createCache({ backend: near(), ttl: "1m" });
    for (const key of KEYS) await cache.set(key, 1);
    const keys = await listed(cache);
    expect(keys).toHaveLength(KEYS.length);
    expect(keys).toEqual(expect.arrayContaining([...KEYS]));
  });

  it("is complete whatever data keys are", async () => {
    const { key } = fc.letrec<{ key: unknown }>((tie) => ({
      key: fc.oneof(
        { maxDepth: 3 },
        fc.string({ unit: anyCharacter(fc), maxLength: 4 }),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.bigInt(),
        fc.boolean(),
        fc.constant(null),
        fc.date({ noInvalidDate: true }),
        fc.array(tie("key"), { maxLength: 3 }),
        fc.dictionary(fc.string({ unit: anyCharacter(fc) }), tie("key"), {
          maxKeys: 3,
          noNullPrototype: true,
        }),
      ),
    }));
    const cache = createCache({ backend: near(), ttl: "1m" });
    await assertProperty(
      fc.asyncProperty(key, async (one) => {
        fc.pre(one !== "");
        await cache.set(one as KeyInput, 1);
        const [found] = await listed(cache);
        expect(keyText("", found as KeyInput, 9_999)).toBe(keyText("", one as KeyInput, 9_999));
        expect(await cache.get(found as KeyInput)).toBe(1);
        await cache.delete(one as KeyInput);
      }),
      { runs: 200 },
    );
  });

  it.each<[KeyPrefix, KeyInput[]]>([
    ["user", ["user", "user:1"]],
    ["=", ["=user"]],
    ["@", ["@user"]],
    ["\ud83d", ["🚀", "\ud83d"]],
    [["user"], [["user"], ["user", 1], ["user", 12], ["user", { id: 1, "a b": ["x", null] }]]],
    [["user", 1], [["user", 1]]],
    [[], [[], ["user"], ["user", 1], ["user", 12], ["user", { id: 1, "a b": ["x", null] }], ["users"]]],
  ])("has the keys that begin with %o", async (prefix, expected) => {
    const cache = createCache({ backend: near(), ttl: "1m" });
    for (const key of KEYS) await cache.set(key, 1);
    const keys = await listed(cache, prefix);
    expect(keys).toEqual(expect.arrayContaining(expected));
    expect(keys).toHaveLength(expected.length);
  });

  it("has the keys of its space, and not of those beside it or within it", async () => {
    const cache = createCache({ backend: near(), ttl: "1m" });
    const [acme, user] = [cache.namespace("acme"), cache.entity<number>({ prefix: "user" })];
    const inner = acme.namespace("inner");
    for (const [index, space] of [cache, acme, user, inner].entries()) await space.set(`key-${index}`, 1);
    expect(await listed(cache)).toEqual(["key-0"]);
    expect(await listed(acme)).toEqual(["key-1"]);
    expect(await listed(user)).toEqual(["key-2"]);
    expect(await listed(inner)).toEqual(["key-3"]);
    expect(await listed(acme, "key")).toEqual(["key-1"]);
  });
});

describe("a listing leaves out", () => {
  it("records of tags, and leases", async () => {
    const cache = createCache({ backend: sharedStore(Date.now), ttl: "1m", tags: ["all"] });
    await cache.set("key", 1, { tags: ["one"] });
    await cache.invalidateTags(["two"]);
    await cache.set("key", 2, { tags: ["two"] });
    const isLoading = cache.getOrSet("loading", () => new Promise((resolve) => setTimeout(resolve, 20, 1)));
    expect(await listed(cache)).toEqual(["key"]);
    await isLoading;
  });

  it("entries that have expired, though they are there", async () => {
    const clock = testClock();
    const store = memory({ maxEntries: 10, now: clock.now });
    const cache = createCache({ backend: store, ttl: 10, now: clock.now });
    await cache.set("old", 1);
    clock.advance(5);
    await cache.set("new", 1);
    clock.advance(5);
    expect(store.stats().entries).toBe(2);
    expect(await listed(cache)).toEqual(["new"]);
  });

  it("entries whose delete has not reached the store yet, unless they are newer", async () => {
    const clock = testClock();
    const store = sharedStore(clock.now);
    const { remove } = store;
    const cache = createCache({ backend: store, ttl: "1m", now: clock.now });
    const other = createCache({ backend: store, ttl: "1m", now: clock.now });
    await cache.set("key", 1);
    Object.assign(store, { remove: () => Promise.reject(new Error("away")) });
    await cache.delete("key");
    expect(await listed(other)).toEqual(["key"]);
    expect(await listed(cache)).toEqual([]);
    clock.advance(1);
    await other.set("key", 2);
    expect(await listed(cache)).toEqual(["key"]);
    Object.assign(store, { remove });
    await Promise.all([cache.close(), other.close()]);
  });

  it("keys that a cache with this bound does not take", async () => {
    const store = near();
    await createCache({ backend: store, ttl: "1m" }).set("k".repeat(100), 1);
    expect(await listed(createCache({ backend: store, ttl: "1m", maxKeyBytes: 10 }))).toEqual([]);
  });
});

describe("over two tiers a listing has", () => {
  it("the keys of both, each once", async () => {
    const [l1, l2] = [near(), sharedStore(Date.now)];
    const cache = createCache({ backend: compose(l1, l2), ttl: "1m" });
    const [first, second] = [
      createCache({ backend: l1, ttl: "1m" }),
      createCache({ backend: l2, ttl: "1m" }),
    ];
    for (const key of ["a", "b"]) await cache.set(key, 1);
    await first.set("only in the first", 1);
    await second.set("only in the second", 1);
    expect((await listed(cache)).sort()).toEqual(["a", "b", "only in the first", "only in the second"]);
  });

  it("the keys of the second, if the first cannot be read back", async () => {
    const l1 = memory({ maxEntries: 10, keyFormat: hashed() });
    const cache = createCache({ backend: compose(l1, sharedStore(Date.now)), ttl: "1m" });
    await cache.set("a", 1);
    expect(await listed(cache)).toEqual(["a"]);
  });
});

describe("a listing", () => {
  it("fails if the store's keys cannot be read back", async () => {
    const cache = createCache({ backend: memory({ maxEntries: 10, keyFormat: hashed() }), ttl: "1m" });
    await expect(listed(cache)).rejects.toMatchObject({ code: "unsupported" });
    await expect(cache.deletePrefix("a")).rejects.toMatchObject({ code: "unsupported" });
  });

  it("fails when the cache is closed on its way, and before it begins", async () => {
    const cache = createCache({ backend: near(), ttl: "1m" });
    for (let index = 0; index < 10; index++) await cache.set(`key-${index}`, 1);
    const closing = async (): Promise<void> => {
      for await (const _ of cache.keys({ pageSize: 1 })) await cache.close();
    };
    await expect(closing()).rejects.toMatchObject({ code: "closed" });
    expect(() => cache.keys()).toThrow(/closed/);
  });

  it.each([{ prefix: 1 }, { prefix: { a: 1 } }, { prefix: [() => 1] }, { pageSize: 0 }, { cursor: "" }])(
    "throws at once for %o",
    (wrong) => {
      const cache = createCache({ backend: near(), ttl: "1m" });
      expect(() => cache.keys(wrong as never)).toThrow(TypeError);
    },
  );
});
