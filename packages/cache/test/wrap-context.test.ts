import { createCache, type LoaderContext } from "@hitbox/cache";
import { memory } from "@hitbox/memory";
import { expect, it } from "vitest";
import { testClock } from "./support/clock.ts";

function open() {
  const { now, advance } = testClock();
  const backend = memory({ maxEntries: 100, now });
  return { cache: createCache({ backend, ttl: "10s", staleIfError: "1h", now }), now, advance };
}

it("with context: 'first' a function decides about its value, with its arguments and receiver", async () => {
  const { cache, now } = open();
  const users = {
    table: "users",
    find: cache.wrap(
      async function (this: { table: string }, { signal, setTags, setTtl }, id: number, name = "Ada") {
        setTtl("1m");
        setTags([this.table]);
        return { id, name, aborted: signal.aborted };
      },
      { context: "first", key: (id, name) => ["user", id, name ?? null] },
    ),
  };
  expect(await users.find(1)).toEqual({ id: 1, name: "Ada", aborted: false });
  expect(await users.find(1, "Grace")).toEqual({ id: 1, name: "Grace", aborted: false });
  const { staleAt, tags } = await cache.lookup(["user", 1, "Grace"]);
  expect({ staleAt, tags }).toEqual({ staleAt: now() + 60_000, tags: ["users"] });
});

it("the function skips a value, and keeps the one that is not modified", async () => {
  const { cache, advance } = open();
  const seen: unknown[] = [];
  const load = async (context: LoaderContext<number>, id: number) => {
    seen.push(context.stale);
    if (context.hasStale) return context.notModified();
    if (id === 2) context.skip();
    return id;
  };
  const find = cache.wrap(load, { context: "first", key: (id) => `${id}` });
  expect([await find(1), await find(2)]).toEqual([1, 2]);
  expect(await cache.getMany(["1", "2"])).toEqual([1, undefined]);
  advance(15_000);
  expect(await find(1)).toBe(1);
  expect(seen).toEqual([undefined, undefined, 1]);
  expect(await cache.get("1")).toBe(1);
});

it("without it the function gets its arguments alone, however few a call gives", async () => {
  const { cache } = open();
  const count = cache.wrap((...ids: number[]) => ids.length, { key: (...ids) => ids });
  expect([await count(), await count(1, 2)]).toEqual([0, 2]);
  const named = cache.wrap(async (id: number, name = "Ada") => `${id} ${name}`, { key: (id) => id });
  expect(await named(1)).toBe("1 Ada");
});

it("refuses another place for the context", () => {
  const { cache } = open();
  expect(() => cache.wrap(() => 1, { key: () => "a", context: "last" } as never)).toThrow(
    /^context must be "first"/,
  );
});
