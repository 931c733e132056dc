import { createCache } from "@hitbox/cache";
import { compose } from "@hitbox/composition";
import { memory } from "@hitbox/memory";
import { expect, it } from "vitest";

it("loads once, and answers from the cache then", async () => {
  const cache = createCache({
    backend: compose(memory({ maxEntries: 10 }), memory({ maxEntries: 10 })),
    ttl: "5m",
  });
  let loads = 0;
  const load = async (): Promise<{ name: string }> => ({ name: `Ada ${++loads}` });
  const answers = await Promise.all(
    Array.from({ length: 1000 }, () => cache.getOrSet(["user", { id: 42 }], load)),
  );
  expect(loads).toBe(1);
  expect(answers[999]).toEqual({ name: "Ada 1" });
  expect(await cache.get(["user", { id: 42 }])).toEqual({ name: "Ada 1" });
  expect(cache.getSync(["user", { id: 42 }])).toEqual({ name: "Ada 1" });
  expect(await cache.delete(["user", { id: 42 }])).toBe(true);
  expect(await cache.has(["user", { id: 42 }])).toBe(false);
  const many = await cache.getOrSetMany([1, 2, 3, 2], async (keys) => keys.map((key) => key * 10));
  expect(many).toEqual([10, 20, 30, 20]);
});
