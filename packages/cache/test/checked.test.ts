import { memory } from "@hitbox/memory";
import { describe, expect, it } from "vitest";
import { type CheckMessage, checked, createCache, subscribeTo } from "../src/index.ts";

const ALL = { sample: 1, recheckAfter: 0 };

async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
}

function setUp(options: Partial<Parameters<typeof checked>[1]> = {}) {
  const source = new Map<unknown, unknown>();
  const cache = createCache({ backend: memory({ maxEntries: 100 }), ttl: "1h" });
  const watched = checked(cache, { ...ALL, load: (key) => source.get(key), ...options });
  return { source, cache, watched };
}

describe("a value", () => {
  it("is the same if it equals its source", async () => {
    const { source, watched } = setUp();
    source.set("k", { id: 1, at: new Date(5) });
    expect(await watched.getOrSet("k", () => source.get("k"))).toEqual({ id: 1, at: new Date(5) });
    await settled();
    expect(watched.checks()).toEqual({ checked: 1, same: 1, stale: 0, changed: 0, failed: 0, dropped: 0 });
  });

  it.each([["changed"], [undefined]])(
    "is stale if its source has %s now, and stays in the cache",
    async (now) => {
      const heard: CheckMessage[] = [];
      const stop = subscribeTo("hitbox:cache:check", (check) => heard.push(check));
      const told: CheckMessage[] = [];
      const { source, watched } = setUp({ onStale: (check) => told.push(check) });
      await watched.set("k", "old");
      source.set("k", now);
      expect(await watched.get("k")).toBe("old");
      await settled();
      stop();
      expect(watched.checks()).toMatchObject({ checked: 1, stale: 1 });
      expect(heard).toMatchObject([
        { cache: "memory", key: "k", outcome: "stale", source: "memory", age: expect.any(Number) },
      ]);
      expect(told).toEqual(heard);
      expect(await watched.get("k")).toBe("old");
    },
  );

  it("counts as changed if the cache replaces it while it is checked", async () => {
    const { source, cache, watched } = setUp({
      load: async (key) => {
        await cache.delete(key);
        return source.get(key);
      },
    });
    await watched.set("k", "old");
    await watched.get("k");
    await settled();
    expect(watched.checks()).toMatchObject({ checked: 0, changed: 1 });
  });

  it("is looked at again if it differs", async () => {
    let calls = 0;
    const { watched } = setUp({ load: () => (++calls === 1 ? "new" : "old") });
    await watched.set("k", "old");
    await watched.get("k");
    await settled();
    expect(watched.checks()).toMatchObject({ checked: 1, same: 1, stale: 0 });
  });

  it("is not counted if there is none", async () => {
    const { watched } = setUp();
    await watched.get("missing");
    await settled();
    expect(watched.checks()).toMatchObject({ checked: 0, failed: 0 });
  });
});

it("checks every key of a batch, of a namespace and of an entity, by the keys of its caller", async () => {
  const asked: unknown[] = [];
  const load = (key: unknown) => {
    asked.push(key);
    return "v";
  };
  const { cache } = setUp();
  const space = checked(cache.namespace("shop"), { ...ALL, load });
  await space.getOrSetMany(["a", "b"], (keys) => keys.map(() => "v"));
  await settled();
  await space.getMany(["a"]);
  await settled();
  const users = checked(cache.entity<string, { id: number }>({ prefix: "user", version: 2 }), {
    ...ALL,
    load,
  });
  await users.lookup({ id: 7 }, () => "v");
  await settled();
  expect(asked).toEqual(["a", "b", "a", { id: 7 }]);
  expect(space.checks().same).toBe(3);
  expect(users.checks().same).toBe(1);
});

it("counts a failing source, and no caller hears of it", async () => {
  const { watched } = setUp({
    load: () => {
      throw new Error("down");
    },
  });
  await watched.set("k", "v");
  expect(await watched.get("k")).toBe("v");
  await settled();
  expect(watched.checks()).toMatchObject({ checked: 0, failed: 1 });
});

it("has at most `maxPending` checks under way, whatever the source does", async () => {
  const { watched } = setUp({ maxPending: 2, load: () => new Promise(() => {}) });
  await watched.set("k", "v");
  for (let call = 0; call < 5; call++) await watched.get("k");
  await settled();
  expect(watched.checks()).toMatchObject({ dropped: 3 });
});

it("checks a share of the answers, and leaves all other calls as they are", async () => {
  const draws = [0.1, 0.9, 0.04];
  const { source, cache, watched } = setUp({ sample: 0.05, random: () => draws.shift() ?? 1 });
  source.set("k", "v");
  await watched.set("k", "v");
  for (let call = 0; call < 3; call++) await watched.get("k");
  await settled();
  expect(watched.checks().checked).toBe(1);
  expect(watched.stats()).toEqual(cache.stats());
  const { get, delete: remove } = watched;
  expect(await remove("k")).toBe(true);
  expect(await get("k")).toBeUndefined();
  await watched.close();
  await expect(cache.get("k")).rejects.toMatchObject({ code: "closed" });
});

it("compares as it is told, and refuses wrong options by name", async () => {
  const { watched } = setUp({ load: () => "V", isEqual: (a, b) => `${a}`.toUpperCase() === b });
  await watched.set("k", "v");
  await watched.get("k");
  await settled();
  expect(watched.checks().same).toBe(1);
  const { cache } = setUp();
  for (const wrong of [{ sample: 0 }, { sample: 2 }, { load: 1 }, { maxPending: 0 }, { rate: 1 }])
    expect(() => checked(cache, { ...ALL, load: () => 1, ...wrong } as never)).toThrow(TypeError);
  const once = checked(cache, { ...ALL, load: () => 1 });
  expect(() => checked(once, { ...ALL, load: () => 1 })).toThrow(/^cache is checked already/);
  expect(() => checked({} as never, { ...ALL, load: () => 1 })).toThrow(/^cache must be a cache/);
});
