import { type CacheBackend, cacheBackend, cacheValue, type Format } from "@hitbox/core";
import { frozen, memory, reference } from "@hitbox/memory";
import { assertProperty } from "@hitbox/test-support";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const backendOf = (format: Format<unknown> = frozen()): CacheBackend =>
  cacheBackend(memory({ maxEntries: 100, format }));

async function roundTrip<T>(backend: CacheBackend, data: T): Promise<T> {
  await backend.set("k", cacheValue(data));
  return (await backend.get<T>("k"))?.data as T;
}

describe("frozen values", () => {
  test("are equal to what was written, for anything that can be cloned", async () => {
    const anything = fc.anything({
      withDate: true,
      withMap: true,
      withSet: true,
      withBigInt: true,
      withTypedArray: true,
      withSparseArray: true,
    });
    await assertProperty(
      fc.asyncProperty(anything, async (data) => {
        expect(await roundTrip(backendOf(), data)).toEqual(structuredClone(data));
      }),
    );
  });

  test("do not follow later changes of what was written", async () => {
    const data = { list: [1], at: new Date(0) };
    const read = await roundTrip(backendOf(), data);
    data.list.push(2);
    data.at.setTime(5);
    expect(read).toEqual({ list: [1], at: new Date(0) });
  });

  test("that are plain data are shared by all readers, and cannot be changed", async () => {
    const backend = backendOf();
    const first = await roundTrip(backend, { deep: [{ n: 1 }] });
    expect((await backend.get<unknown>("k"))?.data).toBe(first);
    expect(() => first.deep.push({ n: 2 })).toThrow(TypeError);
    expect(() => Object.assign(first.deep[0] as object, { n: 2 })).toThrow(TypeError);
  });

  test.each([
    ["Map", () => new Map([["a", { n: 1 }]]), (data: unknown) => (data as Map<string, unknown>).clear()],
    ["Set", () => new Set([1]), (data: unknown) => (data as Set<number>).add(2)],
    ["Date", () => new Date(0), (data: unknown) => (data as Date).setTime(9)],
    ["Uint8Array", () => Uint8Array.of(1), (data: unknown) => (data as Uint8Array).fill(9)],
  ])("are cloned for each reader if they hold a %s", async (_, make, change) => {
    const backend = backendOf();
    const first = await roundTrip(backend, { inner: make() });
    change(first.inner);
    expect((await backend.get<{ inner: unknown }>("k"))?.data.inner).toEqual(make());
  });

  test("may hold cycles, and be nested more deeply than a stack is", async () => {
    const cycle: { self?: unknown } = {};
    cycle.self = cycle;
    const read = await roundTrip(backendOf(), cycle);
    expect(read.self).toBe(read);
    const wide = await roundTrip(
      backendOf(),
      Array.from({ length: 300_000 }, (_, index) => index),
    );
    expect(wide.length).toBe(300_000);
  });

  test("share the very CacheValue, which cannot be changed either", async () => {
    const backend = backendOf();
    await backend.set("k", cacheValue(1, { ttl: 1_000, tags: ["t"] }));
    const value = await backend.get<number>("k");
    expect(await backend.get("k")).toBe(value);
    expect(() => Object.assign(value as object, { expiresAt: 0 })).toThrow(TypeError);
    expect(Object.keys(value ?? {})).toEqual(["data", "createdAt", "staleAt", "expiresAt", "tags", "loadMs"]);
  });

  test.each([
    () => 1,
    Symbol("s"),
    { nested: { deep: () => 1 } },
    new WeakMap(),
    { shared: new Uint8Array(new SharedArrayBuffer(2)) },
  ])("%o is refused with a serialization error, and the old entry stays", async (data) => {
    const backend = backendOf();
    await backend.set("k", cacheValue("old"));
    expect(() => backend.set("k", cacheValue(data))).toThrow(
      expect.objectContaining({ code: "serialization" }),
    );
    expect((await backend.get("k"))?.data).toBe("old");
  });
});

describe("reference values", () => {
  test("are the very ones that were written, whatever they are", async () => {
    const backend = backendOf(reference());
    class Model {
      readonly save = (): string => "saved";
    }
    const model = new Model();
    expect(await roundTrip(backend, model)).toBe(model);
    expect(await roundTrip(backend, undefined)).toBeUndefined();
    expect(await backend.get("k")).toBeDefined();
  });
});

describe("an adopted value", () => {
  const adopt = (value: unknown): unknown => frozen().deserialize(frozen().adopt?.(value));

  test("is read as a written one is", async () => {
    await assertProperty(
      fc.property(fc.anything({ withDate: true, withMap: true, withSet: true }), (data) => {
        const copy = structuredClone(data);
        expect(adopt(data)).toEqual(copy);
      }),
    );
  });

  test("is kept itself, frozen, where it is plain data", () => {
    const data = { deep: [{ n: 1 }], none: null };
    expect(adopt(data)).toBe(data);
    expect(() => data.deep[0] && Object.assign(data.deep[0], { n: 2 })).toThrow(TypeError);
  });

  test("is copied where something in it can still be changed", () => {
    const at = new Date(5);
    const read = frozen().adopt?.({ at });
    at.setTime(9);
    expect(frozen().deserialize(read)).toEqual({ at: new Date(5) });
    expect(frozen().shares?.(read)).toBe(false);
  });

  test("is copied where it was frozen before, and may hold anything", () => {
    const list = [1];
    const read = frozen().adopt?.(Object.freeze({ list }));
    list.push(2);
    expect(frozen().deserialize(read)).toEqual({ list: [1] });
  });

  test("is refused where a written one is", () => {
    expect(() => frozen().adopt?.({ call() {} })).toThrow();
    expect(() => frozen().adopt?.(new Uint8Array(new SharedArrayBuffer(1)))).toThrow(TypeError);
  });
});
