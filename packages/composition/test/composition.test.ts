import { always, compose, never, type ReadPolicy, type RefillPolicy, sequential } from "@hitbox/composition";
import { cacheBackend, cacheContext, cacheValue } from "@hitbox/core";
import { describe, expect, test } from "vitest";
import { held, put, tier } from "./support/tier.ts";

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
    expect(() =>
      backend.setMany([
        ["a", cacheValue(1)],
        ["", cacheValue(1)],
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
    expect(() => backend.get("k")).toThrow(expect.objectContaining({ code: "closed", backend: "l1>l2" }));
  });

  test("tell which tier failed, after having tried both", async () => {
    const [l1, l2] = [tier("l1"), tier("l2", { answers: "later" })];
    l1.failing.add("remove");
    put(l2, "k", 1);
    await expect((async () => compose(l1, l2).clear())()).rejects.toMatchObject({
      backend: "l1>l2.l1",
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

  test.each([
    [always(), "v"],
    [never(), undefined],
  ])("or one of those that have a name is: refill %o", async (refill, expected) => {
    const [l1, l2] = [tier("l1"), tier("l2")];
    put(l2, "k", "v");
    await compose(l1, l2, { refill }).get("k");
    expect(held(l1, "k")).toBe(expected);
  });

  test("decides which hits are refilled, and a mistake in it is no failure of the read", async () => {
    const onlyUsers: RefillPolicy = {
      name: "only-users",
      refill: ({ data }, key) => {
        if (data === "mistake") throw new Error("mistake");
        return String(key).startsWith("user");
      },
    };
    const [l1, l2] = [tier("l1"), tier("l2")];
    for (const key of ["user 1", "page 1"]) put(l2, key, key);
    put(l2, "user 2", "mistake");
    const backend = compose(l1, l2, { refill: onlyUsers });
    const read = await backend.getMany(["user 1", "page 1", "user 2"]);
    expect(read.map((value) => value?.data)).toEqual(["user 1", "page 1", "mistake"]);
    expect([...l1.entries.keys()]).toEqual(["user 1"]);
  });
});

describe("wrong options", () => {
  test.each([
    [
      { read: "fastest" as never },
      /^read must be one of sequential, race, parallel, or a policy; got a string/,
    ],
    [{ read: "constructor" as never }, /^read must be one of/],
    [
      { write: "never" as never },
      /^write must be one of optimistic, sequential, race, l2-first, write-behind, or a policy/,
    ],
    [{ refill: true as never }, /^refill must be one of always, never, or a policy; got true/],
    [{ label: "a.b" }, /^label/],
    [{ reed: "x" } as never, /^compose: `reed` is not an option; did you mean `read`\?/],
    [{ now: 1 as never }, /^now must be a function; got 1/],
    [{ read: {} as never }, /^read must be a policy, with a method read/],
    [{ write: sequential() as never }, /^write must be a policy, with a method write/],
    [{ delete: [] as never }, /^delete must be a policy/],
    [{ refill: sequential() as never }, /^refill must be a policy, with a method refill/],
  ])("%o is a TypeError that names the option", (options, message) => {
    expect(() => compose(tier("l1"), tier("l2"), options)).toThrow(TypeError);
    expect(() => compose(tier("l1"), tier("l2"), options)).toThrow(message);
  });

  test("one backend as both tiers is a TypeError", () => {
    const both = tier("both");
    expect(() => compose(both, both)).toThrow(/^compose: l1 and l2 are the same backend/);
    const typed = cacheBackend(tier("typed"));
    expect(() => compose([typed, typed])).toThrow(/^compose: l1 and l2 are the same backend/);
  });

  test("a store that processes share over one in the process is a TypeError that turns them round", () => {
    const far = tier("far", { supports: { shared: true, persistent: true } });
    expect(() => compose(far, tier("near"))).toThrow(/the faster is first: compose\(near, far\)$/);
    expect(compose(far, tier("farther", { supports: { shared: true } })).label).toBe("far>farther");
  });

  test("a tier that is no backend is a TypeError", () => {
    expect(() => compose(undefined as never, tier("l2"))).toThrow(/^l1 must be a backend/);
    expect(() => compose(tier("l1"), undefined as never)).toThrow(/^l2 must be a backend/);
    expect(() => compose(tier("l1"), {} as never)).toThrow(/^l2 must be a backend/);
    expect(() => compose(tier("l1"), new Map() as never)).toThrow(/^l2 must be a backend/);
    const three = [tier("l1"), tier("l2"), tier("l3")] as const;
    expect(() => compose(...(three as never as [never, never, never]))).toThrow(/compose\(\[a, b, c\]\)/);
  });
});
