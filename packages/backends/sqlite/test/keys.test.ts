import { cacheBackend, cacheValue } from "@hitbox/core";
import { useFolder } from "@hitbox/test-support";
import { expect, it } from "vitest";
import { connect, keysOf, open } from "./support.ts";

const freshPath = useFolder({ suffix: ".db" });

const KEYS = ["a", "a\0", "a\0b", "A", "%", "_", "'", "é", "\uffff", "😀", "x".repeat(100_000)];

it("keeps keys apart that differ by a NUL, by case or by a letter, and lists them page by page", async () => {
  const backend = cacheBackend(open({ path: freshPath() }));
  await backend.setMany(KEYS.map((key) => [key, cacheValue(key)] as const));
  const found = await backend.getMany<string>(KEYS);
  expect(found.map((value) => value?.data)).toEqual(KEYS);
  expect((await keysOf(backend, { pageSize: 2 })).toSorted()).toEqual(KEYS.toSorted());
  expect(await keysOf(backend, { prefix: "a\0" })).toEqual(["a\0", "a\0b"]);
  await backend.close();
});

it("reads every key of a database whose texts are in UTF-16", async () => {
  const database = connect(freshPath());
  database.exec("PRAGMA encoding = 'UTF-16'");
  const backend = cacheBackend(open({ database }));
  await backend.setMany(KEYS.map((key) => [key, cacheValue(key)] as const));
  for (const key of KEYS) expect((await backend.get<string>(key))?.data).toBe(key);
  await backend.close();
  database.close();
});

it("clears a table in steps, and no other one", async () => {
  const path = freshPath();
  const [own, other] = [cacheBackend(open({ path })), cacheBackend(open({ path, table: "hitbox2" }))];
  const keys = Array.from({ length: 250 }, (_, index) => `key-${index}`);
  for (const backend of [own, other]) await backend.setMany(keys.map((key) => [key, cacheValue(1)] as const));
  await own.clear();
  expect(await keysOf(own)).toEqual([]);
  expect(await keysOf(other)).toHaveLength(250);
  await Promise.all([own.close(), other.close()]);
});
