import { compose } from "@hitbox/composition";
import { cacheValue, type Format, json } from "@hitbox/core";
import { describe, expect, test } from "vitest";
import { held, tier } from "./support/tier.ts";

describe("a write", () => {
  test("answers now over tiers that answer now", () => {
    for (const write of ["sequential", "optimistic", "race", "l2-first"] as const) {
      expect(compose(tier("l1"), tier("l2"), { write }).set("k", cacheValue(1))).toBeUndefined();
    }
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
