import { createCache } from "@hitbox/cache";
import { compose } from "@hitbox/composition";
import { faulty } from "@hitbox/conformance";
import { cacheBackend } from "@hitbox/core";
import { memory } from "@hitbox/memory";
import { describe, expect, it } from "vitest";
import { sharedStore } from "./support/shared-store.ts";

const STORES = {
  "a memory tier": () => [memory({ maxEntries: 100 })],
  "a store that processes share": () => [sharedStore(Date.now)],
  "two processes with two tiers": () => {
    const store = sharedStore(Date.now);
    return [0, 1].map(() => compose(memory({ maxEntries: 100 }), cacheBackend(store)));
  },
};

describe.each(Object.entries(STORES))("over %s take", (_, open) => {
  const start = () => open().map((backend) => createCache({ backend, ttl: "1m" }));

  it("answers with the value, and deletes it", async () => {
    const [cache] = start() as [ReturnType<typeof createCache>];
    await cache.set("a", 1);
    expect(await cache.take("a")).toBe(1);
    expect(await cache.take("a")).toBeUndefined();
    expect(await cache.get("a")).toBeUndefined();
  });

  it("gives a value to one of those who take it at once", async () => {
    const caches = start();
    await caches[0]?.set("a", 1);
    await caches[1]?.get("a");
    const taken = await Promise.all([...caches, ...caches].map((cache) => cache.take("a")));
    expect(taken.filter((value) => value !== undefined)).toEqual([1]);
  });

  it("takes many, of a namespace or an entity too", async () => {
    const [cache] = start() as [ReturnType<typeof createCache>];
    const users = cache.namespace("shop").entity<string, { id: number }>({ prefix: "user" });
    await users.set({ id: 1 }, "Ada");
    expect(await users.takeMany([{ id: 1 }, { id: 2 }])).toEqual(["Ada", undefined]);
    expect(await users.take({ id: 1 })).toBeUndefined();
  });
});

it("a value that cannot be deleted is not taken", async () => {
  const backend = faulty(sharedStore(Date.now), {
    script: (method) => (method === "remove" ? ({ fail: "connection" } as const) : undefined),
  });
  const cache = createCache({ backend, ttl: "1m", onWarning: () => {} });
  await cache.set("a", 1);
  expect(await cache.take("a")).toBeUndefined();
});
