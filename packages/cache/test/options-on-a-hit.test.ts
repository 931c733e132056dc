import { type CallOptions, createCache, type EntryOptions } from "@hitbox/cache";
import { faulty } from "@hitbox/conformance";
import { memory } from "@hitbox/memory";
import { describe, expect, it, vi } from "vitest";

// A wrong option is an error whether the call needs the option or not.

const many = (count: number): string[] => Array.from({ length: count }, (_, index) => `tag${index}`);

const WRONG: Readonly<Record<string, CallOptions>> = {
  "an option that there is not": { tll: "5m" } as CallOptions,
  "a ttl without a unit": { ttl: "5" },
  "a negative ttl": { ttl: -1 },
  "a window that is none": { staleWhileRevalidate: "soon" },
  "a share over 1": { refreshAhead: 2 },
  "65 tags": { tags: many(65) },
  "a tag of 257 bytes": { tags: ["x".repeat(257)] },
  "a tag of 258 bytes in 129 characters": { tags: ["ä".repeat(129)] },
  "a signal that is none": { signal: "x" as never },
  "a text in place of options": "5m" as never,
};

class Wrong {
  get ttl(): string {
    return "soon";
  }
}

const INHERITED: typeof WRONG = {
  "an option that is inherited and wrong": Object.create({ ttl: "5" }),
  "an option that is inherited and is none": Object.create({ tll: "5m" }),
  "an option of a class": new Wrong(),
  "65 tags that are inherited": Object.create({ tags: many(65) }),
};

describe.each(Object.entries({ ...WRONG, ...INHERITED }))("%s", (_, options) => {
  it("is a TypeError on a miss and on a hit, for one and for many, and nothing is written", async () => {
    const store = faulty(memory({ maxEntries: 100 }));
    const cache = createCache({ backend: store, ttl: "1m" });
    await cache.set("hit", 1);
    const before = { ...store.calls };
    const load = vi.fn(() => 2);
    for (const key of ["hit", "miss", "hit", "miss"]) {
      await expect(cache.getOrSet(key, load, options)).rejects.toThrow(TypeError);
      await expect(cache.getOrSetMany([key], () => [load()], options)).rejects.toThrow(TypeError);
    }
    expect(load).not.toHaveBeenCalled();
    expect(store.calls).toEqual(before);
    expect(await cache.getMany(["hit", "miss"])).toEqual([1, undefined]);
  });
});

it("options that were right before are looked at anew once they have been changed", async () => {
  const cache = createCache({ backend: memory({ maxEntries: 10 }), ttl: "1m" });
  const options: { ttl: string } = { ttl: "5m" };
  expect(await cache.getOrSet("a", () => 1, options)).toBe(1);
  options.ttl = "soon";
  await expect(cache.getOrSet("b", () => 1, options)).rejects.toThrow(TypeError);
  await expect(cache.getOrSet("a", () => 1, options)).rejects.toThrow(TypeError);
});

describe.each([
  ["65 tags", { tags: many(65) }],
  ["a tag of 257 bytes", { tags: ["x".repeat(257)] }],
  ["an option that there is not", { tll: 1 } as EntryOptions],
])("a set with %s", (_, options) => {
  it("is a TypeError, writes nothing, and leaves the older value", async () => {
    const store = faulty(memory({ maxEntries: 100 }));
    const cache = createCache({ backend: store, ttl: "1m" });
    await cache.set("a", "old");
    const before = { ...store.calls };
    await expect(cache.set("a", "new", options)).rejects.toThrow(TypeError);
    await expect(cache.setMany([["a", "new"]], options)).rejects.toThrow(TypeError);
    expect(store.calls).toEqual(before);
    expect(await cache.get("a")).toBe("old");
  });
});

it("64 tags of 256 bytes are right, and tags of a loader are held to the same bounds", async () => {
  const cache = createCache({ backend: memory({ maxEntries: 10 }), ttl: "1m" });
  const longest = many(64).map((tag) => tag.padEnd(256, "x"));
  await cache.set("a", 1, { tags: longest });
  expect(await cache.get("a")).toBe(1);
  const load = (tags: readonly string[]) =>
    cache.getOrSet("b", ({ setTags }) => {
      setTags(tags);
      return 2;
    });
  await expect(load(many(65))).rejects.toThrow(TypeError);
  await expect(load(["x".repeat(257)])).rejects.toThrow(TypeError);
  expect(await cache.get("b")).toBeUndefined();
  expect(await load(longest)).toBe(2);
});

it.each(Object.entries(INHERITED))("%s is refused as a default of a wrap, and of an entity", (_, options) => {
  const cache = createCache({ backend: memory({ maxEntries: 10 }), ttl: "1m" });
  const given = (own: object): never => Object.setPrototypeOf(own, options) as never;
  expect(() => cache.wrap(() => 1, given({ key: () => "a" }))).toThrow(TypeError);
  expect(() => cache.entity(given({ prefix: "user" }))).toThrow(TypeError);
});

it("a property that all objects have is no option", async () => {
  const all = Object.prototype as { everywhere?: number };
  all.everywhere = 1;
  try {
    const cache = createCache({ backend: memory({ maxEntries: 10 }), ttl: "1m" });
    expect(await cache.getOrSet("a", () => 1, { ttl: "5m" })).toBe(1);
    expect(await cache.getOrSet("a", () => 2, { ttl: "5m" })).toBe(1);
  } finally {
    delete all.everywhere;
  }
});

it("too many tags, or too long ones, are refused where they are defaults", () => {
  const backend = memory({ maxEntries: 10 });
  expect(() => createCache({ backend, ttl: "1m", tags: many(65) })).toThrow(TypeError);
  expect(() => createCache({ backend, ttl: "1m", tags: ["x".repeat(257)] })).toThrow(TypeError);
  const cache = createCache({ backend, ttl: "1m" });
  expect(() => cache.entity({ prefix: "user", tags: many(65) })).toThrow(TypeError);
  expect(() => cache.wrap(() => 1, { key: () => "a", tags: many(65) })).toThrow(TypeError);
});
