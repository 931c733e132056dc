import { createCache, type StandardSchema } from "@hitbox/cache";
import { memory } from "@hitbox/memory";
import { expect, test } from "vitest";

/** Takes a turn of the event loop for each value. */
const slow: StandardSchema<string> = {
  "~standard": {
    version: 1,
    vendor: "test",
    validate: async (value) => {
      await new Promise(setImmediate);
      return typeof value === "string" ? { value } : { issues: [{ message: "must be text" }] };
    },
  },
};

function make() {
  const cache = createCache({ backend: memory({ maxEntries: 10 }), ttl: "1m" });
  return cache.entity<string>({ prefix: "user", schema: slow });
}

test("a delete that is called after a set comes after it, though the value is still validated", async () => {
  const users = make();
  await Promise.all([users.set("a", "Ada"), users.delete("a")]);
  expect(await users.get("a")).toBeUndefined();
});

test("the later of two sets stays, though the values are still validated", async () => {
  const users = make();
  await Promise.all([users.set("a", "old"), users.setMany([["a", "new"]])]);
  expect(await users.get("a")).toBe("new");
});

test("a set whose value is refused leaves what was set before it in the same tick", async () => {
  const users = make();
  const [, refused] = await Promise.allSettled([users.set("a", "Ada"), users.set("a", 1 as never)]);
  expect(refused).toMatchObject({ status: "rejected", reason: { name: "InvalidValueError" } });
  expect(await users.get("a")).toBe("Ada");
});
