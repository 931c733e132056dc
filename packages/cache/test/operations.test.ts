import { createCache } from "@hitbox/cache";
import { compose } from "@hitbox/composition";
import { json } from "@hitbox/core";
import { memory } from "@hitbox/memory";
import { describe, expect, it, vi } from "vitest";
import { testClock } from "./support/clock.ts";
import { sharedStore } from "./support/shared-store.ts";

const BACKENDS = {
  memory: () => memory({ maxEntries: 100 }),
  "memory of bytes": () => memory({ maxEntries: 100, format: json() }),
  "a store that answers later": () => sharedStore(Date.now),
  "memory over a store": () => compose(memory({ maxEntries: 100 }), sharedStore(Date.now)),
};

describe.each(Object.entries(BACKENDS))("over %s", (_, backend) => {
  const open = () => createCache({ backend: backend(), ttl: "1m" });

  it("null, 0, an empty string and false are values, and are kept", async () => {
    const cache = open();
    for (const value of [null, 0, "", false]) {
      await cache.set("set", value);
      expect(await cache.get("set")).toBe(value);
      expect(await cache.has("set")).toBe(true);
      expect((await cache.lookup("set")).status).toBe("fresh");
      const load = vi.fn(() => value);
      for (let call = 0; call < 2; call++) expect(await cache.getOrSet(["loaded", value], load)).toBe(value);
      expect(load).toHaveBeenCalledTimes(1);
    }
  });

  it("undefined is not found: never stored, and loaded again", async () => {
    const cache = open();
    let loads = 0;
    const load = (): undefined => void loads++;
    expect(await cache.getOrSet("none", load)).toBeUndefined();
    expect(await cache.getOrSet("none", load)).toBeUndefined();
    expect(loads).toBe(2);
    expect(await cache.has("none")).toBe(false);
    await expect(cache.set("none", undefined)).rejects.toThrow(/^value must not be undefined/);
    await expect(cache.setMany([["none", undefined]])).rejects.toThrow(TypeError);
  });

  it("a promise is no value: an await is missing", async () => {
    const cache = open();
    const missing = /^value must not be a promise: an `await` is missing/;
    await expect(cache.set("later", Promise.resolve(1))).rejects.toThrow(missing);
    await expect(cache.setMany([["later", Promise.resolve(1)]])).rejects.toThrow(missing);
    expect(await cache.has("later")).toBe(false);
  });

  it("delete says whether there was an entry", async () => {
    const cache = open();
    await cache.set("a", 1);
    expect(await cache.delete("a")).toBe(true);
    expect(await cache.delete("a")).toBe(false);
    expect(await cache.get("a")).toBeUndefined();
    await cache.set("a", 1);
    await cache.set("c", 3);
    expect(await cache.deleteMany(["a", "b", "c", "a"])).toEqual([true, false, true, true]);
  });

  it("many are set and read in order, of equal keys the last one", async () => {
    const cache = open();
    await cache.setMany([
      ["a", 1],
      [{ id: 1 }, 2],
      ["a", 3],
    ]);
    expect(await cache.getMany([{ id: 1 }, "b", "a", "a"])).toEqual([2, undefined, 3, 3]);
    await cache.setMany([]);
    expect(await cache.getMany([])).toEqual([]);
    expect(await cache.deleteMany([])).toEqual([]);
  });

  it("clear removes all there is", async () => {
    const cache = open();
    await cache.set("a", 1);
    await cache.namespace("n").set("a", 1, { tags: ["t"] });
    await cache.clear();
    expect(await cache.get("a")).toBeUndefined();
    expect(await cache.namespace("n").get("a")).toBeUndefined();
    await cache.namespace("n").set("a", 2, { tags: ["t"] });
    expect(await cache.namespace("n").get("a")).toBe(2);
  });

  it("wrap makes a function of one that is cached", async () => {
    const calls: unknown[] = [];
    const find = open().wrap(
      async (id: number, name?: string) => {
        calls.push([id, name]);
        return `${id} ${name}`;
      },
      { key: (id, name) => ["user", { id, name: name ?? null }], ttl: "5s" },
    );
    expect(await find(1, "Ada")).toBe("1 Ada");
    expect(await find(1, "Ada")).toBe("1 Ada");
    expect(await find(1)).toBe("1 undefined");
    expect(calls).toEqual([
      [1, "Ada"],
      [1, undefined],
    ]);
  });
});

it("a wrapped function whose key is refused rejects, and does not throw", async () => {
  const cache = createCache({ backend: memory({ maxEntries: 1 }), ttl: 1 });
  const run = cache.wrap(() => 1, { key: () => "" });
  await expect(run()).rejects.toThrow(/^key must not be empty/);
  expect(() => cache.wrap(1 as never, { key: () => "a" })).toThrow(/^run must be a function/);
  expect(() => cache.wrap(() => 1, {} as never)).toThrow(/^key must be a function/);
});

it("getSync answers with what the first tier has, and has the others asked", async () => {
  const store = sharedStore(Date.now);
  const writer = createCache({ backend: store, ttl: "1m" });
  await writer.set("a", 1);
  const cache = createCache({ backend: compose(memory({ maxEntries: 10 }), store), ttl: "1m" });
  expect(cache.getSync("a")).toBeUndefined();
  await cache.get("a");
  expect(cache.getSync("a")).toBe(1);
  expect(cache.getSync("b")).toBeUndefined();
});

it("lookup tells what is there, how old it is and where it comes from", async () => {
  const { now, advance } = testClock();
  const store = sharedStore(now);
  await createCache({ backend: store, ttl: "1m", now }).set("a", 1);
  const backend = compose(memory({ maxEntries: 10, now }), store, { now });
  const cache = createCache({ backend, ttl: "1m", staleIfError: "1h", now });
  expect(await cache.lookup("none")).toMatchObject({ value: undefined, status: "miss", source: undefined });
  advance(50);
  const first = await cache.lookup("a");
  expect(first).toMatchObject({ value: 1, status: "fresh", source: "memory>store.store", age: 50 });
  expect(first.tiers.slice(0, 2).map(({ tier, status }) => [tier, status])).toEqual([
    ["memory>store.memory", "miss"],
    ["memory>store.store", "hit"],
  ]);
  expect((await cache.lookup("a")).source).toBe("memory>store.memory");
  await cache.set("b", 2);
  advance(60_000);
  expect(await cache.lookup("b")).toMatchObject({ value: 2, status: "stale", age: 60_000 });
  expect(await cache.get("b")).toBeUndefined();
});

it.each([
  ["ttl is missing", {}],
  ["ttl is wrong", { ttl: "5 minutes" }],
  ["a name is misspelt", { ttl: 1, staleWhileRevalidat: 1 }],
  ["jitter is over 1", { ttl: 1, jitter: 2 }],
  ["refreshAhead is 0", { ttl: 1, refreshAhead: 0 }],
  ["refreshAhead is misspelt", { ttl: 1, refreshAhead: "adaptiv" }],
  ["lease is too long", { ttl: 1, lease: "6m" }],
  ["lease is 0", { ttl: 1, lease: 0 }],
  ["onBackendError is unknown", { ttl: 1, onBackendError: "log" }],
  ["tags are a string", { ttl: 1, tags: "users" }],
  ["a tag is empty", { ttl: 1, tags: [""] }],
  ["a tag is the cache's own", { ttl: 1, tags: ["%none"] }],
  ["a tag is not well-formed", { ttl: 1, tags: ["\ud800"] }],
  ["now is no function", { ttl: 1, now: 1 }],
])("createCache refuses options of which %s", async (_, wrong) => {
  const backend = memory({ maxEntries: 10 });
  expect(() => createCache({ backend, ...wrong } as never)).toThrow(TypeError);
});

it.each([undefined, null, {}, [], new Map(), { get: () => 1 }])("%o is no backend", (backend) => {
  expect(() => createCache({ backend, ttl: 1 } as never)).toThrow(/^backend must be a backend/);
});

it("wrap refuses wrong options", () => {
  const cache = createCache({ backend: memory({ maxEntries: 10 }), ttl: 1 });
  const wrap = (options: unknown) => cache.wrap(() => 1, options as never);
  expect(() => wrap(undefined)).toThrow(/^wrap: options must be an object/);
  expect(() => wrap({})).toThrow(/^key must be a function/);
  const { signal } = new AbortController();
  expect(() => wrap({ key: () => "a", signal })).toThrow(/^wrap: `signal` is not an option/);
});

it("a namespace refuses a wrong option", () => {
  const cache = createCache({ backend: memory({ maxEntries: 10 }), ttl: 1 });
  expect(() => cache.namespace("a", { clear: "yes" } as never)).toThrow(/^clear must be true or false/);
});

it("what is no list rejects", async () => {
  const cache = createCache({ backend: memory({ maxEntries: 10 }), ttl: 1 });
  await expect(cache.getMany("ab" as never)).rejects.toThrow(/^keys must be an array; got a string/);
  await expect(cache.deleteMany(new Set(["a"]) as never)).rejects.toThrow(/^keys must be an array/);
  await expect(cache.getOrSetMany("ab" as never, () => [])).rejects.toThrow(/^keys must be an array/);
  await expect(cache.setMany({ a: 1 } as never)).rejects.toThrow(/^entries must be an array/);
  await expect(cache.setMany(["ab"] as never)).rejects.toThrow(/^entry must be an array/);
});

it("a wrong option of a call rejects", async () => {
  const cache = createCache({ backend: memory({ maxEntries: 10 }), ttl: 1 });
  await expect(cache.getOrSet("a", () => 1, { ttl: -1 })).rejects.toThrow(/^ttl must be/);
  await expect(cache.getOrSet("a", () => 1, { tll: 1 } as never)).rejects.toThrow(
    /^cache\.getOrSet: `tll` is not an option; did you mean `ttl`\?/,
  );
  await expect(cache.getOrSet("a", undefined as never)).rejects.toThrow(/^load must be a function/);
  await expect(cache.getOrSet("a", () => 1, { signal: "x" } as never)).rejects.toThrow(/^signal must be/);
  await expect(cache.getOrSetMany(["a"], undefined as never)).rejects.toThrow(/^load must be a function/);
  await expect(cache.set("a", 1, "1m" as never)).rejects.toThrow(
    /^cache\.set: options must be an object, such as \{ ttl: "5m" \}; got a string/,
  );
  await expect(cache.set("a", 1, 60_000 as never)).rejects.toThrow(/such as \{ ttl: 60000 \}; got 60000$/);
  await expect(cache.set("a", 1, { tags: "users" as never })).rejects.toThrow(
    /^tags must be an array of strings, such as \["users"\]; got a string/,
  );
  await expect(cache.invalidateTags("users" as never)).rejects.toThrow(/^tags must be/);
});

it("a backend in place of the options is refused with right options", () => {
  const backend = memory({ maxEntries: 1 });
  expect(() => createCache(backend as never)).toThrow(
    /^createCache: options must be an object, such as \{ backend: memory/,
  );
  expect(() => createCache(undefined as never)).toThrow(/^createCache: options must be an object, such as/);
});

it("methods can be taken from a cache, a namespace and an entity", async () => {
  const cache = createCache({ backend: memory({ maxEntries: 10 }), ttl: "1m" });
  for (const space of [cache, cache.namespace("n"), cache.entity<number>({ prefix: "e" })]) {
    const { set, get, getOrSet, getSync, delete: remove } = space;
    await set("a", 1);
    expect(await get("a")).toBe(1);
    expect(getSync("a")).toBe(1);
    expect(await getOrSet("b", () => 2)).toBe(2);
    expect(await remove("a")).toBe(true);
  }
});
