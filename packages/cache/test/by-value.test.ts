import { createCache } from "@hitbox/cache";
import { memory } from "@hitbox/memory";
import { expect, test } from "vitest";

function make(options: Record<string, unknown> = {}) {
  let now = 1_000_000;
  const clock = { now: () => now };
  const cache = createCache({
    backend: memory({ maxEntries: 100, ...clock }),
    ttl: "1m",
    ...clock,
    ...options,
  });
  return { cache, pass: (ms: number) => (now += ms) };
}

interface Token {
  readonly text: string;
  readonly lifeMs: number;
}
const token: Token = { text: "t", lifeMs: 5_000 };

test("a ttl may be a function of the value and of the key as the caller wrote it", async () => {
  const { cache, pass } = make();
  const asked: unknown[] = [];
  const ttl = (value: Token, key: unknown) => {
    asked.push(key);
    return value.lifeMs;
  };
  await cache.getOrSet(["token", { id: 1 }], async () => token, { ttl });
  await cache.set("set", token, { ttl });
  await cache.getOrSetMany(["many"], async () => [token], { ttl });
  expect(asked).toEqual([["token", { id: 1 }], "set", "many"]);
  pass(4_999);
  expect(await cache.getMany([["token", { id: 1 }], "set", "many"])).toEqual([token, token, token]);
  pass(1);
  expect(await cache.getMany([["token", { id: 1 }], "set", "many"])).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

test("a ttl function that answers nothing leaves the default", async () => {
  const { cache, pass } = make();
  await cache.getOrSet("a", async () => 1, { ttl: () => undefined });
  pass(59_999);
  expect(await cache.get("a")).toBe(1);
  pass(1);
  expect(await cache.get("a")).toBeUndefined();
});

test("a ttl function that answers no duration rejects, and nothing is stored", async () => {
  const { cache } = make();
  const ttl = () => "soon";
  await expect(cache.getOrSet("a", async () => 1, { ttl })).rejects.toThrow(/^ttl must be milliseconds/);
  await expect(cache.set("a", 1, { ttl })).rejects.toThrow(/^ttl must be milliseconds/);
  expect(await cache.get("a")).toBeUndefined();
});

test("a loader that decides itself overrules the functions", async () => {
  const { cache, pass } = make();
  const load = async ({ setTtl, setTags }: { setTtl(ttl: number): void; setTags(tags: string[]): void }) => {
    setTtl(2_000);
    setTags(["loader"]);
    return 1;
  };
  await cache.getOrSet("a", load, { ttl: () => 10, tags: () => ["function"] });
  await cache.invalidateTags(["function"]);
  pass(1_999);
  expect(await cache.get("a")).toBe(1);
  await cache.invalidateTags(["loader"]);
  expect(await cache.get("a")).toBeUndefined();
});

test("tags of a call add to those of its entity and of the cache", async () => {
  for (const tag of ["cache", "entity", "call"]) {
    const { cache } = make({ tags: ["cache"] });
    const users = cache.entity<string>({ prefix: "user", tags: ["entity"] });
    await users.getOrSet("a", async () => "Ada", { tags: ["call"] });
    await users.set("b", "Bob", { tags: ["call"] });
    expect(await users.getMany(["a", "b"])).toEqual(["Ada", "Bob"]);
    await cache.invalidateTags([tag]);
    expect(await users.getMany(["a", "b"])).toEqual([undefined, undefined]);
  }
});

test("tags may be a function of the value, and add to the others", async () => {
  for (const tag of ["always", "team:7", "team:8"]) {
    const { cache } = make({ tags: ["always"] });
    const tags = ({ team }: { team: number }) => [`team:${team}`];
    await cache.getOrSet("a", async () => ({ team: 7 }), { tags });
    await cache.setMany(
      [
        ["b", { team: 7 }],
        ["c", { team: 8 }],
      ],
      { tags },
    );
    await cache.invalidateTags([tag]);
    const left = (await cache.getMany<{ team: number }>(["a", "b", "c"])).map((one) => one?.team);
    const of = (team: number) => (tag === "always" || tag === `team:${team}` ? undefined : team);
    expect(left).toEqual([of(7), of(7), of(8)]);
  }
});

test("more tags than an entry may have reject, be they of the options or of a function", async () => {
  const { cache } = make({ maxTags: 2, tags: ["a"] });
  const tooMany = /^tags must be at most 2/;
  await expect(cache.set("k", 1, { tags: ["b", "c"] })).rejects.toThrow(tooMany);
  await expect(cache.set("k", 1, { tags: () => ["b", "c"] })).rejects.toThrow(tooMany);
  await expect(cache.getOrSet("k", async () => 1, { tags: () => ["b", "c"] })).rejects.toThrow(tooMany);
  await expect(cache.getOrSet("k", async () => 1, { tags: () => ["%b"] })).rejects.toThrow(/^tags must be/);
  expect(await cache.get("k")).toBeUndefined();
});

test("a value that is to be skipped is answered with and not stored", async () => {
  const { cache } = make();
  const skip = (value: { partial: boolean }) => value.partial;
  const partial = { partial: true };
  expect(await cache.getOrSet("a", async () => partial, { skip })).toEqual(partial);
  expect(await cache.get("a")).toBeUndefined();
  await cache.getOrSet("a", async () => ({ partial: false }), { skip });
  expect(await cache.get("a")).toEqual({ partial: false });
  await cache.set("a", partial, { skip });
  expect(await cache.get("a")).toBeUndefined();
});

test("a value that is not found by isNotFound is kept for notFoundTtl, as it is", async () => {
  const { cache, pass } = make({ isNotFound: (value: unknown) => value == null, notFoundTtl: "1s" });
  let loads = 0;
  const load = async (): Promise<{ id: number } | null> => {
    loads += 1;
    return null;
  };
  expect(await cache.getOrSet("a", load)).toBeNull();
  await cache.set("b", null);
  pass(999);
  expect(await cache.getOrSet("a", load)).toBeNull();
  expect(await cache.get("b")).toBeNull();
  expect(loads).toBe(1);
  pass(1);
  expect(await cache.getOrSet("a", load)).toBeNull();
  expect(await cache.get("b")).toBeUndefined();
  expect(loads).toBe(2);
});

test("the functions of a wrap see its values and keys", async () => {
  const { cache, pass } = make();
  const seen: unknown[] = [];
  let loads = 0;
  const priceOf = cache.wrap(async (name: string) => ({ name, price: ++loads }), {
    key: (name) => ["price", name],
    ttl: ({ price }, key) => {
      seen.push(price, key);
      return 10;
    },
  });
  await priceOf("tea");
  expect(seen).toEqual([1, ["price", "tea"]]);
  pass(10);
  expect(await priceOf("tea")).toEqual({ name: "tea", price: 2 });
});

test("a cache takes a duration for its own ttl, and says so", () => {
  expect(() => make({ ttl: () => 1 })).toThrow(/^ttl must be a duration here/);
});
