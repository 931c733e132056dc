import { type Backend, cacheBackend, cacheValue, delegateTo } from "@hitbox/core";
import { memory } from "@hitbox/memory";
import { expect, test } from "vitest";
import { mapBackend } from "./support/map-backend.ts";

test("a wrapper of an instance of a class has all its methods, bound to the instance", async () => {
  const store = memory({ maxEntries: 10 });
  const reads: string[] = [];
  const read: Backend<unknown>["read"] = (key) => {
    reads.push(key);
    return store.read(key);
  };
  const backend = cacheBackend({ ...delegateTo(store), read });
  await backend.set("k", cacheValue("v", { ttl: 60_000 }));
  expect((await backend.get("k"))?.data).toBe("v");
  expect(await backend.lease("k", 1_000)).toMatchObject({ granted: true });
  await backend.clear();
  expect(await backend.get("k")).toBeUndefined();
  expect(reads).toEqual(["k", "k"]);
});

test("optional members are there exactly if the backend has them", () => {
  const { clear, close, ...store } = mapBackend();
  const delegate = delegateTo(store);
  expect(delegate).toHaveProperty("readMany");
  for (const name of ["clear", "close", "lease", "watch", "classify"])
    expect(delegate).not.toHaveProperty(name);
});

test("an object spread from a class is refused, since it has no methods", () => {
  const store = memory({ maxEntries: 10 });
  const spread = { ...store, read: (key: string) => store.read(key) } as Backend<unknown>;
  expect(() => cacheBackend(spread)).toThrow(/^backend\.write must be a method; .*spread `delegateTo/);
});
