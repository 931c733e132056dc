import { assertProperty } from "@hitbox/test-support";
import fc from "fast-check";
import { expect, it } from "vitest";
import { SpaceSaving } from "../src/state/space-saving.ts";

const counted = (size: number, keys: readonly string[]) => {
  const sketch = new SpaceSaving(size);
  for (const key of keys) sketch.add(key);
  return sketch.top(size);
};

it("few keys are counted exactly", () => {
  expect(counted(4, ["a", "b", "a", "c", "a", "b"])).toEqual([
    { key: "a", count: 3, error: 0 },
    { key: "b", count: 2, error: 0 },
    { key: "c", count: 1, error: 0 },
  ]);
});

it("a frequent key is found among more keys than the table holds", () => {
  const keys = Array.from({ length: 3_000 }, (_, index) => (index % 3 === 0 ? "hot" : `key${index}`));
  expect(counted(32, keys)[0]?.key).toBe("hot");
});

it("a table without places counts nothing", () => {
  expect(counted(0, ["a"])).toEqual([]);
});

it("a count is never too low, and at most its error too high", async () => {
  const keys = fc.array(
    fc.integer({ min: 0, max: 20 }).map((number) => `key${number}`),
    { maxLength: 200 },
  );
  await assertProperty(
    fc.property(fc.integer({ min: 1, max: 8 }), keys, (size, events) => {
      for (const { key, count, error } of counted(size, events)) {
        const real = events.filter((event) => event === key).length;
        expect(count).toBeGreaterThanOrEqual(real);
        expect(count - error).toBeLessThanOrEqual(real);
      }
    }),
  );
});
