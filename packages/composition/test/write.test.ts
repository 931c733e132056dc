import { compose } from "@hitbox/composition";
import { BackendError, type CacheContext, cacheContext, cacheValue, type Format, json } from "@hitbox/core";
import { describe, expect, test } from "vitest";
import { held, put, tier } from "./support/tier.ts";

// The truth table of docs/design.md, and what each tier holds afterwards; "old" was there before.
const TABLE = [
  { policy: "sequential", l1: "ok", l2: "ok", result: "ok", holds: ["new", "new"] },
  { policy: "sequential", l1: "ok", l2: "err", result: "error of l2", holds: ["new", "old"] },
  { policy: "sequential", l1: "err", l2: "ok", result: "error of l1", holds: ["old", "old"] },
  { policy: "sequential", l1: "err", l2: "err", result: "error of l1", holds: ["old", "old"] },
  { policy: "optimistic", l1: "ok", l2: "ok", result: "ok", holds: ["new", "new"] },
  { policy: "optimistic", l1: "ok", l2: "err", result: "ok", holds: ["new", "old"] },
  { policy: "optimistic", l1: "err", l2: "ok", result: "ok", holds: [undefined, "new"] },
  { policy: "optimistic", l1: "err", l2: "err", result: "error of both", holds: ["old", "old"] },
] as const;

async function result(write: () => unknown): Promise<string> {
  try {
    await write();
    return "ok";
  } catch (error) {
    if (!BackendError.is(error)) throw error;
    return error.message.includes("Both cache layers failed")
      ? "error of both"
      : `error of ${error.backend.slice(-2)}`;
  }
}

const cells = (["now", "later"] as const).flatMap((answers) => TABLE.map((row) => ({ ...row, answers })));

describe("a write", () => {
  test.each(cells)(
    "$policy ($answers) of $l1, $l2 is $result",
    async ({ policy, l1, l2, result: expected, holds, answers }) => {
      const tiers = [tier("l1", { answers }), tier("l2", { answers })] as const;
      for (const store of tiers) put(store, "k", "old");
      if (l1 === "err") tiers[0].failing.add("write");
      if (l2 === "err") tiers[1].failing.add("write");
      const backend = compose(...tiers, { write: policy });
      const context: CacheContext = cacheContext();
      expect(await result(() => backend.set("k", cacheValue("new"), context))).toBe(expected);
      expect(tiers.map((store) => held(store, "k"))).toEqual(holds);
      const failures = context.tiers.filter(({ status }) => status === "error").map(({ tier: path }) => path);
      const tried = { l1: l1 === "err", l2: l2 === "err" && !(policy === "sequential" && l1 === "err") };
      expect(failures.sort()).toEqual([
        ...(tried.l1 ? ["composition.l1"] : []),
        ...(tried.l2 ? ["composition.l2"] : []),
      ]);
    },
  );

  test("answers now over tiers that answer now", () => {
    for (const write of ["sequential", "optimistic"] as const) {
      expect(compose(tier("l1"), tier("l2"), { write }).set("k", cacheValue(1))).toBeUndefined();
    }
  });

  test("of a value that L2 cannot hold fails, and both tiers keep the old one", async () => {
    const anything: Format<unknown> = {
      id: "any",
      kind: "live",
      serialize: (value) => value,
      deserialize: (raw) => raw,
    };
    const [l1, l2] = [tier("l1", { format: anything }), tier("l2", { answers: "later" })];
    const backend = compose(l1, l2);
    await backend.set("k", cacheValue("old"));
    const set = async () => backend.set("k", cacheValue(new Map()));
    await expect(set()).rejects.toMatchObject({ code: "serialization", backend: "composition.l2" });
    expect([held(l1, "k"), held(l2, "k")]).toEqual(["old", "old"]);
  });

  test("that L2 refuses only later fails too, and L1 does not go on serving the value", async () => {
    const [l1, l2] = [tier("l1"), tier("l2")];
    for (const store of [l1, l2]) put(store, "k", "old");
    l2.write = () => Promise.reject(new BackendError("too-large", "over what the server takes"));
    const backend = compose(l1, l2);
    await expect((async () => backend.set("k", cacheValue("new")))()).rejects.toMatchObject({
      code: "too-large",
    });
    expect([held(l1, "k"), held(l2, "k")]).toEqual([undefined, "old"]);
  });

  test("of a wrong value is the caller's TypeError", () => {
    expect(() => compose(tier("l1"), tier("l2")).set("k", { data: 1 } as never)).toThrow(/^createdAt/);
  });
});

describe("tiers with one format", () => {
  const counting = (id: string, calls: string[]): Format<unknown> => ({
    ...json(),
    id,
    deserialize: (raw) => json().deserialize(raw as Uint8Array),
    serialize: (value) => {
      calls.push(id);
      return json().serialize(value);
    },
  });

  test("serialize a value once, through nested compositions too", async () => {
    const calls: string[] = [];
    const one = () => tier("t", { format: counting("one", calls), answers: "later" });
    await compose(one(), compose(one(), one())).set("k", cacheValue(1));
    expect(calls).toEqual(["one"]);
  });

  test("of different kinds serialize once for each", async () => {
    const calls: string[] = [];
    const l1 = tier("l1", { format: counting("a", calls) });
    await compose(l1, tier("l2", { format: counting("b", calls) })).set("k", cacheValue(1));
    expect(calls.sort()).toEqual(["a", "b"]);
  });

  test("see a value that was changed between two sets", async () => {
    const [l1, l2] = [tier("l1"), tier("l2")];
    const backend = compose(l1, l2);
    const value = cacheValue({ n: 1 });
    await backend.set("k", value);
    value.data.n = 2;
    await backend.set("k", value);
    expect([held(l1, "k"), held(l2, "k")]).toEqual([{ n: 2 }, { n: 2 }]);
  });
});
