import { createCache } from "@hitbox/cache";
import { memory } from "@hitbox/memory";
import { gate, settled } from "@hitbox/test-support";
import { expect, test } from "vitest";

test("a further key is not stored if its prefix was deleted after the loader had been called", async () => {
  const cache = createCache({ backend: memory({ maxEntries: 10 }), ttl: "1m" });
  const [called, answer] = [gate(), gate()];
  const load = async () => {
    called.open();
    await answer.opened;
    return new Map([
      ["a", 1],
      ["b", 2],
    ]);
  };
  const loaded = cache.getOrSetMany(["a"], load);
  await called.opened;
  await cache.deletePrefix("b");
  answer.open();
  expect(await loaded).toEqual([1]);
  await settled();
  expect(await cache.getMany(["a", "b"])).toEqual([1, undefined]);
});
