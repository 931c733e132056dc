import { createCache, type ErrorMessage } from "@hitbox/cache";
import { cacheBackend } from "@hitbox/core";
import { expect, it, vi } from "vitest";
import { testClock } from "./support/clock.ts";
import { type Gate, gate, settled } from "./support/gate.ts";
import { heard } from "./support/heard.ts";
import { sharedStore } from "./support/shared-store.ts";

// Keys that the loader of a `getOrSetMany` answers besides those that it was asked for.

interface Row {
  readonly id: number;
}

function open() {
  const clock = testClock();
  const { now } = clock;
  const backend = cacheBackend(sharedStore(now), { now });
  const cache = createCache({ backend, ttl: "1m", notFoundTtl: "1m", now });
  return { cache, ...clock };
}

type Loaded = ReadonlyMap<string, number>;
const values: Loaded = new Map([
  ["a", 1],
  ["b", 2],
  ["c", 3],
]);

/** Begins to load `a`, whose loader will answer `b` and `c` too. */
async function begin() {
  const { cache, ...clock } = open();
  const loading: Gate<Loaded> = gate();
  const many = cache.getOrSetMany(["a"], () => loading.opened, { tags: ["numbers"] });
  await settled();
  async function end(): Promise<(number | undefined)[]> {
    loading.open(values);
    expect(await many).toEqual([1]);
    await settled();
    return cache.getMany<number>(["b", "c"]);
  }
  return { cache, end, ...clock };
}

it("a Map answers by key, in whatever order, and a key that it has not is not found", async () => {
  const { cache } = open();
  const load = vi.fn(
    () =>
      new Map<{ readonly id: number; readonly shop?: string }, string>([
        [{ id: 2 }, "two"],
        [{ shop: "x", id: 1 }, "one"],
      ]),
  );
  const keys = [{ id: 1, shop: "x" }, { id: 3 }, { id: 2 }];
  for (let call = 0; call < 2; call++)
    expect(await cache.getOrSetMany(keys, load)).toEqual(["one", undefined, "two"]);
  expect(load).toHaveBeenCalledTimes(1);
});

it("further keys are stored, with the tags and the age of the load", async () => {
  const { cache, end, advance } = await begin();
  advance(40_000);
  expect(await end()).toEqual([2, 3]);
  await cache.invalidateTags(["numbers"]);
  expect(await cache.getMany(["b", "c"])).toEqual([undefined, undefined]);
});

it("further keys are as old as the load", async () => {
  const { end, advance } = await begin();
  advance(60_000);
  expect(await end()).toEqual([undefined, undefined]);
});

it("a further key that has been set or deleted since is left as it is", async () => {
  const { cache, end } = await begin();
  await cache.set("b", 20);
  await cache.delete("c");
  expect(await end()).toEqual([20, undefined]);
});

it("a further key that something is about to change is left as it is", async () => {
  const { cache, end } = await begin();
  void cache.set("b", 20);
  expect(await end()).toEqual([20, 3]);
});

it("a further key is left as it is if it has been loaded since, or is being loaded", async () => {
  const { cache, end } = await begin();
  await cache.getOrSet("b", () => 20);
  const loading = gate<number>();
  const other = cache.getOrSet("c", () => loading.opened);
  await settled();
  expect(await end()).toEqual([20, undefined]);
  loading.open(30);
  expect(await other).toBe(30);
  expect(await cache.get("c")).toBe(30);
});

it("further keys are not stored if their tags have been invalidated or all was cleared since", async () => {
  for (const change of ["invalidateTags", "clear"] as const) {
    const { cache, end } = await begin();
    await (change === "clear" ? cache.clear() : cache.invalidateTags(["numbers"]));
    expect(await end()).toEqual([undefined, undefined]);
  }
});

it("an Error for a further key is dropped", async () => {
  const { cache } = open();
  const loaded = new Map<string, number | Error>([
    ["a", 1],
    ["b", new Error("no b")],
  ]);
  expect(await cache.getOrSetMany(["a"], () => loaded)).toEqual([1]);
  await settled();
  expect(await cache.has("b")).toBe(false);
});

it("a further value that the schema refuses is reported, and not stored", async () => {
  const { cache } = open();
  const errors = heard<ErrorMessage>("error");
  const validate = (value: unknown) =>
    (value as Row).id > 0 ? { value: value as Row } : { issues: [{ message: "id must be positive" }] };
  const schema = { "~standard": { version: 1 as const, vendor: "test", validate } };
  const rows = cache.entity<Row, string>({ prefix: "row", schema });
  const loaded = ["a", "b", "c"].map((key, index): [string, Row] => [key, { id: 1 - index }]);
  expect(await rows.getOrSetMany(["a"], () => new Map(loaded))).toEqual([{ id: 1 }]);
  await settled();
  expect(errors).toMatchObject([{ operation: "validate" }, { operation: "validate" }]);
  expect(await rows.has("b")).toBe(false);
});
