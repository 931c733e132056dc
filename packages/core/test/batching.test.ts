import { BackendError, cacheBackend, cacheContext, cacheValue } from "@hitbox/core";
import { describe, expect, test } from "vitest";
import { type MapBackend, mapBackend } from "./support/map-backend.ts";

function batching(max = 100): MapBackend {
  return mapBackend({
    answers: "later",
    supports: { readMany: { max }, writeMany: { max }, removeMany: { max } },
  });
}

async function filled(max?: number): Promise<MapBackend> {
  const store = batching(max);
  await cacheBackend(store).setMany([..."abcde"].map((key) => [key, cacheValue({ key })]));
  store.calls.length = 0;
  return store;
}

describe("concurrent reads", () => {
  test("of one tick travel as one batch, equal keys once", async () => {
    const store = await filled();
    const backend = cacheBackend(store);
    const reads = ["a", "b", "a", "x"].map((key) => backend.get<{ key: string }>(key));
    expect((await Promise.all(reads)).map((value) => value?.data.key)).toEqual(["a", "b", "a", undefined]);
    expect(store.calls).toEqual(["readMany a,b,x"]);
  });

  test("begun in different microtasks of a tick are one batch too", async () => {
    const store = await filled();
    const backend = cacheBackend(store);
    const later = async (turns: number, key: string): Promise<unknown> => {
      await undefined; // From here on in microtasks.
      for (let turn = 0; turn < turns; turn++) await undefined;
      return backend.get(key);
    };
    await Promise.all([later(0, "a"), later(3, "b"), later(7, "c")]);
    expect(store.calls).toEqual(["readMany a,b,c"]);
  });

  test("fail, alone or as a batch, with an adapter that throws instead of rejecting", async () => {
    const store = await filled();
    store.before = () => {
      throw new BackendError("connection", "down");
    };
    const backend = cacheBackend(store);
    const down = { status: "rejected", reason: { code: "connection" } };
    expect(await Promise.allSettled([backend.get("a")])).toMatchObject([down]);
    expect(await Promise.allSettled([backend.get("a"), backend.get("b")])).toMatchObject([down, down]);
    expect(store.calls).toEqual(["read a", "readMany a,b"]);
  });

  test("are split at the limit", async () => {
    const store = await filled(2);
    await cacheBackend(store).getMany([..."abcde"]);
    expect(store.calls).toEqual(["readMany a,b", "readMany c,d", "read e"]);
  });

  test("give each caller of one key a value of its own", async () => {
    const backend = cacheBackend(await filled());
    const [one, two] = await Promise.all([
      backend.get<{ key: string }>("a"),
      backend.get<{ key: string }>("a"),
    ]);
    expect(one?.data).toEqual(two?.data);
    expect(one?.data).not.toBe(two?.data);
  });

  test("fail one by one where only one entry is damaged", async () => {
    const store = await filled();
    store.entries.set("b", { ...store.entries.get("b"), payload: Buffer.from("{") } as never);
    const backend = cacheBackend(store);
    const settled = await Promise.allSettled([backend.get("a"), backend.get("b"), backend.get("c")]);
    expect(settled.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  });

  test("fail one by one where the store itself could not read only one entry", async () => {
    const store = await filled();
    const corrupt = new BackendError("corrupt", "not an envelope");
    store.readMany = (keys) => keys.map((key) => (key === "b" ? corrupt : store.entries.get(key)));
    const backend = cacheBackend(store);
    const settled = await Promise.allSettled([backend.get("a"), backend.get("b"), backend.get("c")]);
    expect(settled.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(settled[1]).toMatchObject({
      reason: { code: "corrupt", backend: "map", message: "map: read: not an envelope" },
    });
  });

  test("all fail with the error of their batch", async () => {
    const store = await filled();
    store.before = () => Promise.reject(new Error("down"));
    const backend = cacheBackend(store);
    const settled = await Promise.allSettled([backend.get("a"), backend.get("b")]);
    expect(settled).toMatchObject([
      { reason: { message: "map: readMany: down" } },
      { reason: { code: "internal" } },
    ]);
  });

  test("note their own outcome", async () => {
    const backend = cacheBackend(await filled());
    const contexts = [cacheContext(), cacheContext()];
    await Promise.all(["a", "x"].map((key, index) => backend.get(key, contexts[index])));
    expect(contexts.map(({ status, source }) => [status, source])).toEqual([
      ["hit", "map"],
      ["miss", "upstream"],
    ]);
  });

  test("are refused where the store answers with too few", async () => {
    const store = await filled();
    store.readMany = () => [];
    await expect(cacheBackend(store).getMany(["a", "b"])).rejects.toThrow("readMany");
  });
});

describe("a lone read", () => {
  test("is a plain read, sent before the event loop turns", async () => {
    const store = await filled();
    const read = cacheBackend(store).get("a");
    const turned = new Promise((resolve) => setImmediate(() => resolve([...store.calls])));
    expect(await turned).toEqual(["read a"]);
    await read;
  });
});

describe("setMany and deleteMany", () => {
  test("travel as batches within the limit, equal keys once, the last value winning", async () => {
    const store = batching(2);
    const backend = cacheBackend(store);
    await backend.setMany([..."abac"].map((key, index) => [key, cacheValue(index)]));
    expect(store.calls).toEqual(["writeMany a,b", "writeMany c"]);
    expect((await backend.get("a"))?.data).toBe(2);
    store.calls.length = 0;
    expect(await backend.deleteMany(["a", "x", "a", "b"])).toMatchObject([
      { status: "deleted" },
      { status: "missing" },
      { status: "deleted" },
      { status: "deleted" },
    ]);
    expect(store.calls).toEqual(["removeMany a,x", "removeMany b"]);
  });

  test("go one by one over a store without batches", async () => {
    const store = mapBackend();
    const backend = cacheBackend(store);
    await backend.setMany([..."ab"].map((key) => [key, cacheValue(key)]));
    await backend.deleteMany([..."ab"]);
    expect(store.calls).toEqual(["write a", "write b", "remove a", "remove b"]);
  });

  test("remove what has expired already instead of writing it", async () => {
    const store = await filled();
    await cacheBackend(store).setMany([
      ["a", cacheValue(1)],
      ["b", cacheValue(1)],
      ["c", cacheValue(1, { ttl: 0 })],
    ]);
    expect(store.calls).toEqual(["writeMany a,b", "remove c"]);
    expect(store.entries.has("c")).toBe(false);
  });

  test("write nothing at all if one value is bad", async () => {
    const store = await filled();
    const values = [1, () => 1].map((data, index) => [`${index}`, cacheValue(data)] as const);
    const set = () => cacheBackend(store).setMany(values);
    expect(set).toThrow(expect.objectContaining({ code: "serialization" }));
    expect(store.calls).toEqual([]);
  });
});
