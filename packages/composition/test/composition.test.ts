import { compose, type ReadPolicy, sequential } from "@hitbox/composition";
import { cacheContext, cacheValue } from "@hitbox/core";
import { describe, expect, test } from "vitest";
import { put, tier } from "./support/tier.ts";

describe("labels", () => {
  test("name the path to the tier that answered, and change with the composition's label", async () => {
    const [a, b, c] = [tier("memory"), tier("lmdb"), tier("redis")];
    put(c, "k", "v");
    const inner = compose(b, c, { label: "inner", refill: "never" });
    const outer = compose(a, inner, { label: "outer", refill: "never" });
    const context = cacheContext();
    await outer.get("k", context);
    expect(context.source).toBe("outer.inner.redis");
    expect(context.tiers.map(({ tier: path }) => path)).toEqual([
      "outer.memory",
      "outer.inner.lmdb",
      "outer.inner.redis",
    ]);
    const alone = cacheContext();
    await inner.get("k", alone);
    expect(alone.source).toBe("inner.redis");
  });
});

describe("batches", () => {
  test("ask L2 only for what L1 lacks, in one batch, and refill it", async () => {
    const [l1, l2] = [tier("l1"), tier("l2", { supports: { readMany: { max: 100 } } })];
    const batches: (readonly string[])[] = [];
    l2.readMany = async (keys) => {
      batches.push(keys);
      return keys.map((key) => l2.entries.get(key));
    };
    const keys = Array.from({ length: 100 }, (_, index) => `key ${index}`);
    for (const key of keys.slice(0, 95)) put(l2, key, key);
    for (const key of keys.slice(0, 90)) put(l1, key, key);
    const backend = compose(l1, l2);
    const read = await backend.getMany<string>(keys);
    expect(read.map((value) => value?.data)).toEqual(
      keys.map((key, index) => (index < 95 ? key : undefined)),
    );
    expect(batches).toEqual([keys.slice(90)]);
    expect([...l1.entries.keys()]).toEqual(keys.slice(0, 95));
  });

  test("set and delete in both tiers, equal keys once", async () => {
    const [l1, l2] = [tier("l1"), tier("l2")];
    const backend = compose(l1, l2);
    await backend.setMany([..."aba"].map((key, index) => [key, cacheValue(index)]));
    expect((await backend.get("a"))?.data).toBe(2);
    expect(await backend.deleteMany([..."axa"])).toEqual([
      { status: "deleted", count: 2 },
      { status: "missing" },
      { status: "deleted", count: 2 },
    ]);
  });
});

describe("a batch with one wrong item", () => {
  test("fails, and leaves no rejection of the others unhandled", async () => {
    const unhandled: unknown[] = [];
    const note = (error: unknown): void => void unhandled.push(error);
    process.on("unhandledRejection", note);
    const tiers = [tier("l1", { answers: "later" }), tier("l2", { answers: "later" })] as const;
    for (const store of tiers)
      for (const operation of ["read", "write", "remove"] as const) store.failing.add(operation);
    const backend = compose(...tiers);
    expect(() =>
      backend.setMany([
        ["a", cacheValue(1)],
        ["b", { data: 1 } as never],
      ]),
    ).toThrow(TypeError);
    expect(() => backend.getMany(["a", ""])).toThrow(TypeError);
    expect(() => backend.deleteMany(["a", ""])).toThrow(TypeError);
    await new Promise((resolve) => setTimeout(resolve, 20));
    process.off("unhandledRejection", note);
    expect(unhandled).toEqual([]);
  });
});

describe("clear and close", () => {
  test("reach both tiers", async () => {
    const [l1, l2] = [tier("l1"), tier("l2")];
    const backend = compose(l1, l2);
    await backend.set("k", cacheValue(1));
    await backend.clear();
    expect([l1.entries.size, l2.entries.size]).toEqual([0, 0]);
    await backend.close();
    await backend.close();
    expect(() => backend.get("k")).toThrow(
      expect.objectContaining({ code: "closed", backend: "composition" }),
    );
  });

  test("tell which tier failed, after having tried both", async () => {
    const [l1, l2] = [tier("l1"), tier("l2", { answers: "later" })];
    l1.failing.add("remove");
    put(l2, "k", 1);
    await expect((async () => compose(l1, l2).clear())()).rejects.toMatchObject({
      backend: "composition.l1",
    });
    expect(l2.entries.size).toBe(0);
  });
});

describe("a policy of one's own", () => {
  test("is taken in place of a name", async () => {
    const l2Only: ReadPolicy = { name: "l2-only", read: (tiers, key, context) => tiers.l2.get(key, context) };
    const [l1, l2] = [tier("l1"), tier("l2")];
    put(l1, "k", "one");
    put(l2, "k", "two");
    expect((await compose(l1, l2, { read: l2Only }).get("k"))?.data).toBe("two");
  });
});

describe("wrong options", () => {
  test.each([
    [
      { read: "fastest" as never },
      /^read must be one of sequential, race, parallel, or a policy; got 'fastest'/,
    ],
    [{ read: "constructor" as never }, /^read must be one of/],
    [
      { write: "never" as never },
      /^write must be one of optimistic, sequential, race, l2-first, write-behind, or a policy/,
    ],
    [{ refill: true as never }, /^refill must be "always" or "never"; got true/],
    [{ label: "a.b" }, /^label/],
    [{ reed: "x" } as never, /^reed is not an option/],
    [{ now: 1 as never }, /^now must be a function; got 1/],
    [{ read: {} as never }, /^read must be a policy, with a method read/],
    [{ write: sequential() as never }, /^write must be a policy, with a method write/],
    [{ delete: [] as never }, /^delete must be a policy/],
  ])("%o is a TypeError that names the option", (options, message) => {
    expect(() => compose(tier("l1"), tier("l2"), options)).toThrow(TypeError);
    expect(() => compose(tier("l1"), tier("l2"), options)).toThrow(message);
  });

  test("a tier that is no backend is a TypeError", () => {
    expect(() => compose(undefined as never, tier("l2"))).toThrow(/^l1 must be a backend/);
    expect(() => compose(tier("l1"), undefined as never)).toThrow(/^l2 must be a backend/);
    expect(() => compose(tier("l1"), {} as never)).toThrow(/^l2 must be a backend/);
  });
});
