import { cacheBackend, cacheValue } from "@hitbox/core";
import { expect, test } from "vitest";
import { mapBackend } from "./support/map-backend.ts";

const KEYS = Array.from({ length: 500 }, (_, index) => `key${index}`);

/** The sizes of the maps that got an item while `run` ran. */
async function sizesAfter(run: () => Promise<unknown>): Promise<number[]> {
  const touched = new Set<Map<unknown, unknown>>();
  const { set } = Map.prototype;
  Map.prototype.set = function (...item) {
    touched.add(this);
    return set.apply(this, item);
  };
  try {
    await run();
  } finally {
    Map.prototype.set = set;
  }
  return [...touched].map(({ size }) => size);
}

test("of writes that have ended nothing is held, though others waited for them", async () => {
  const store = mapBackend();
  store.before = () => new Promise((resolve) => setImmediate(resolve));
  const backend = cacheBackend(store);
  const sizes = await sizesAfter(() =>
    Promise.all(
      KEYS.flatMap((key) => [
        backend.set(key, cacheValue(1)),
        backend.set(key, cacheValue(2)),
        backend.delete(key),
        backend.set(key, cacheValue(3)),
      ]),
    ),
  );
  expect(await backend.get("key0")).toMatchObject({ data: 3 });
  // The store's own map of entries, and no other.
  expect(sizes.filter((size) => size === KEYS.length)).toHaveLength(1);
});
