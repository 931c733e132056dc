import { cacheBackend, cacheValue } from "@hitbox/core";
import { collected, useFolder } from "@hitbox/test-support";
import { expect, it } from "vitest";
import { connect, failureOf, open } from "./support.ts";

const freshPath = useFolder({ suffix: ".db" });

/** A file with one entry, and the hand of another writer in it. */
async function touched(sql: string) {
  const path = freshPath();
  const first = cacheBackend(open({ path, maxValueBytes: 2_048 }));
  await first.set("good", cacheValue("v"));
  await first.close();
  const database = connect(path);
  database.exec(sql);
  database.close();
  return path;
}

const insert = (value: string): string => `INSERT INTO hitbox VALUES (CAST('k' AS BLOB), ${value}, NULL)`;

it.each([
  ["a text", "'text'", "corrupt"],
  ["a number", "42", "corrupt"],
  ["a number that JavaScript has not", "9223372036854775807", "corrupt"],
  ["no bytes at all", "x''", "corrupt"],
  ["more bytes than an entry may have", "zeroblob(2305)", "too-large"],
])("a key that holds %s can be deleted and replaced, and its neighbours are read", async (_, value, code) => {
  const path = await touched(insert(value));
  const tier = cacheBackend(open({ path, maxValueBytes: 2_048 }));
  expect((await failureOf(() => tier.get("k"))).code).toBe(code);
  expect((await failureOf(() => tier.lease("k", 1_000))).code).toBe(code);
  expect((await tier.get<string>("good"))?.data).toBe("v");
  expect((await collected(tier.keys())).flat()).toEqual(["good", "k"]);
  expect(await tier.delete("k")).toMatchObject({ status: "deleted" });
  await tier.set("k", cacheValue("new"));
  expect((await tier.get<string>("k"))?.data).toBe("new");
  await tier.close();
});

it.each([
  "CREATE TRIGGER slow BEFORE INSERT ON hitbox BEGIN SELECT 1; END",
  "CREATE TRIGGER slow AFTER DELETE ON HitBox BEGIN SELECT 1; END",
  "DROP TABLE hitbox; CREATE VIEW hitbox (key, value, until) AS SELECT 1, 2, 3",
])("a file whose table runs code of another writer is corrupt: %s", async (sql) => {
  const path = await touched(sql);
  expect((await failureOf(() => open({ path }))).code).toBe("corrupt");
});

it("a database of yours keeps its triggers", async () => {
  const path = await touched("CREATE TRIGGER counted AFTER INSERT ON hitbox BEGIN SELECT 1; END");
  const database = connect(path);
  const tier = cacheBackend(open({ database }));
  await tier.set("k", cacheValue("v"));
  expect((await tier.get<string>("k"))?.data).toBe("v");
  database.close();
});
