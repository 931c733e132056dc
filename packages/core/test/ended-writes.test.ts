import { cacheBackend, cacheValue } from "@hitbox/core";
import { touchedSizes } from "@hitbox/test-support";
import { expect, test } from "vitest";
import { mapBackend } from "./support/map-backend.ts";

const KEYS = Array.from({ length: 500 }, (_, index) => `key${index}`);

test("of writes that have ended nothing is held, though others waited for them", async () => {
  const store = mapBackend();
  store.before = () => new Promise((resolve) => setImmediate(resolve));
  const backend = cacheBackend(store);
  const sizes = await touchedSizes(() =>
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
