import {
  compose,
  hedged,
  l2First,
  offload,
  parallel,
  race,
  raceWrite,
  tier as shorter,
} from "@hitbox/composition";
import { BackendError, cacheValue, type Format, json } from "@hitbox/core";
import { gate } from "@hitbox/test-support";
import { describe, expect, test } from "vitest";
import { type BatchTier, batchTier } from "./support/batch-tier.ts";
import { held, put, tier } from "./support/tier.ts";

const KEYS = ["a", "b", "c", "d", "e"] as const;
const entries = KEYS.map((key) => [key, cacheValue(key)] as const);

/** L1 answers for one key after the other, many ticks apart. */
function answerInTurn(l1: ReturnType<typeof tier>, operation = "read"): void {
  let turns = 0;
  l1.gate = async (asked) => {
    if (asked !== operation) return;
    turns += 3;
    for (let turn = turns; turn > 0; turn--) await new Promise((resolve) => setImmediate(resolve));
  };
}

describe("getMany", () => {
  test("asks L2 only for what L1 lacks, in one batch, and refills it", async () => {
    const [l1, l2] = [tier("l1"), batchTier("l2", { answers: "later" })];
    const keys = Array.from({ length: 100 }, (_, index) => `key ${index}`);
    for (const key of keys.slice(0, 95)) put(l2, key, key);
    for (const key of keys.slice(0, 90)) put(l1, key, key);
    const read = await compose(l1, l2).getMany<string>(keys);
    expect(read.map((value) => value?.data)).toEqual(
      keys.map((key, index) => (index < 95 ? key : undefined)),
    );
    expect(l2.asked).toEqual([["readMany", ...keys.slice(90)]]);
    expect([...l1.entries.keys()]).toEqual(keys.slice(0, 95));
  });

  test.each([
    ["sequential", "sequential"],
    ["race", race()],
    ["hedged", hedged({ after: 5 })],
    ["hedged, in time", hedged({ after: 10_000 })],
    ["parallel", parallel()],
  ] as const)("asks L2 once where L1 answers for one key after the other: %s", async (name, read) => {
    const [l1, l2] = [tier("l1"), batchTier("l2", { answers: "later" })];
    answerInTurn(l1);
    for (const key of ["a", "b"]) put(l1, key, key);
    for (const key of KEYS) put(l2, key, key);
    const values = await compose(l1, l2, { read }).getMany(KEYS);
    expect(values.map((value) => value?.data)).toEqual(KEYS);
    const lacking = name === "sequential" || name === "hedged, in time" ? ["c", "d", "e"] : undefined;
    if (lacking) expect(l2.asked).toEqual([["readMany", ...lacking]]);
    expect(l2.asked.map(([operation]) => operation)).toEqual(["readMany"]);
  });

  test.each(["first", "second"])("asks each leaf once where the %s tier is a composition", async (nested) => {
    const [near, mid, far] = [tier("near"), batchTier("mid"), batchTier("far", { answers: "later" })];
    for (const slow of [near, mid]) answerInTurn(slow);
    put(near, "a", "a");
    put(mid, "b", "b");
    for (const key of KEYS) put(far, key, key);
    const backend =
      nested === "first"
        ? compose(compose(near, mid), far)
        : compose(near, compose(mid, far, { label: "m" }));
    const values = await backend.getMany(KEYS);
    expect(values.map((value) => value?.data)).toEqual(KEYS);
    const reads = ({ asked }: BatchTier) => asked.filter(([operation]) => operation.startsWith("read"));
    expect(reads(mid)).toEqual([["readMany", "b", "c", "d", "e"]]);
    expect(reads(far)).toEqual([["readMany", "c", "d", "e"]]);
  });

  test("refills a first tier that takes batches in one", async () => {
    const [l1, l2] = [batchTier("l1"), tier("l2")];
    for (const key of KEYS) put(l2, key, key);
    const backend = compose(l1, l2);
    await backend.getMany(KEYS);
    await backend.close();
    expect(l1.asked).toEqual([
      ["readMany", ...KEYS],
      ["writeMany", ...KEYS],
    ]);
  });

  test.each([race(), hedged({ after: 1 })])(
    "is not held up by a key that L1 never answers for: $name",
    async (read) => {
      const [l1, l2] = [tier("l1"), batchTier("l2")];
      const { opened, open } = gate();
      let asked = 0;
      l1.gate = () => (asked++ === 0 ? opened : Promise.resolve());
      for (const key of KEYS) put(l2, key, key);
      const backend = compose(l1, l2, { read });
      expect((await backend.getMany(KEYS)).map((value) => value?.data)).toEqual(KEYS);
      open();
      await backend.close();
    },
  );

  test("asks L2 once for all that L1 is late with, and for what it has missed meanwhile", async () => {
    const [l1, l2] = [tier("l1"), batchTier("l2")];
    const { opened, open } = gate();
    let asked = 0;
    l1.gate = () => (asked++ < 2 ? Promise.resolve() : opened);
    put(l1, "a", "a");
    for (const key of KEYS) put(l2, key, key);
    const backend = compose(l1, l2, { read: hedged({ after: 2 }) });
    expect((await backend.getMany(KEYS)).map((value) => value?.data)).toEqual(KEYS);
    expect(l2.asked.map(([operation, ...keys]) => [operation, keys.sort()])).toEqual([
      ["readMany", ["b", "c", "d", "e"]],
    ]);
    open();
    await backend.close();
  });

  test("answers for a key that is asked for twice, twice", async () => {
    const [l1, l2] = [tier("l1", { answers: "later" }), batchTier("l2")];
    put(l2, "a", 1);
    const values = await compose(l1, l2).getMany(["a", "b", "a"]);
    expect(values.map((value) => value?.data)).toEqual([1, undefined, 1]);
    expect(l2.asked).toEqual([["readMany", "a", "b"]]);
  });
});

describe.each(["sequential", "optimistic", raceWrite(), l2First(), "write-behind"] as const)(
  "setMany, write %o,",
  (write) => {
    test("comes to each tier as one batch, through nested compositions too", async () => {
      const tiers = ["near", "mid", "far"].map((label) => batchTier(label, { answers: "later" }));
      const backend = compose(tiers, { write });
      await backend.setMany(entries);
      await backend.close();
      for (const each of tiers) {
        expect(each.asked).toEqual([["writeMany", ...KEYS]]);
        expect(KEYS.map((key) => held(each, key))).toEqual(KEYS);
      }
    });
  },
);

describe("setMany", () => {
  test("answers now over tiers that answer now, and of equal keys the last one wins", () => {
    const [l1, l2] = [tier("l1"), tier("l2")];
    expect(compose(l1, l2).setMany([..."aba"].map((key, index) => [key, cacheValue(index)]))).toBeUndefined();
    expect([held(l1, "a"), held(l2, "a"), held(l2, "b")]).toEqual([2, 2, 1]);
  });

  test("sends a key that an earlier write holds up later, and the others at once", async () => {
    const [l1, l2] = [tier("l1"), batchTier("l2")];
    const { opened, open } = gate();
    let isFirst = true;
    l2.gate = () => {
      if (!isFirst) return undefined;
      isFirst = false;
      return opened;
    };
    const backend = compose(l1, l2);
    const earlier = backend.set("b", cacheValue("earlier"));
    const batch = backend.setMany(entries);
    await new Promise((resolve) => setImmediate(resolve));
    expect(held(l2, "a")).toBe("a");
    open();
    await Promise.all([earlier, batch]);
    expect(held(l2, "b")).toBe("b");
    expect(l2.asked).toEqual([
      ["write", "b"],
      ["writeMany", "a", "c", "d", "e"],
      ["write", "b"],
    ]);
  });

  test("that L1 fails is well where L2 has it, and L1 is cleared of the keys in one batch", async () => {
    const [l1, l2] = [batchTier("l1", { answers: "later" }), batchTier("l2", { answers: "later" })];
    for (const key of KEYS) put(l1, key, "old");
    l1.failing.add("write");
    await compose(l1, l2).setMany(entries);
    expect(l1.asked).toEqual([
      ["writeMany", ...KEYS],
      ["removeMany", ...KEYS],
    ]);
    expect(l1.entries.size).toBe(0);
    expect(KEYS.map((key) => held(l2, key))).toEqual(KEYS);
  });

  test("with one value that L2 cannot hold keeps it in L1, and the others in both", async () => {
    const anything: Format<unknown> = {
      id: "any",
      kind: "live",
      serialize: (value) => value,
      deserialize: (raw) => raw,
    };
    const [l1, l2] = [tier("l1", { format: anything }), batchTier("l2", { answers: "later" })];
    const backend = compose(l1, l2);
    const bad = new Map();
    await backend.setMany([...entries, ["bad", cacheValue(bad)]]);
    await backend.close();
    expect(KEYS.map((key) => held(l2, key))).toEqual(KEYS);
    expect([held(l1, "a"), held(l1, "bad"), held(l2, "bad")]).toEqual(["a", bad, undefined]);
  });

  test("keeps entries in a tier with maxTtl no longer there, in one batch", async () => {
    const [l1, l2] = [tier("l1"), batchTier("l2")];
    await compose(l1, shorter(l2, { maxTtl: 1_000, now: () => 4e12 })).setMany(entries);
    expect(l2.asked).toEqual([["writeMany", ...KEYS]]);
    for (const store of [l1, l2])
      expect(new Set([...store.entries.values()].map(({ expiresAt }) => expiresAt))).toEqual(
        new Set([4e12 + 1_000]),
      );
  });

  test("with write-behind waits for what the offload has no room for", async () => {
    const [l1, l2] = [tier("l1"), batchTier("l2", { answers: "later" })];
    const backend = compose(l1, l2, { write: "write-behind", offload: offload({ maxInFlight: 2 }) });
    await backend.setMany(entries);
    expect(l2.asked).toEqual([["writeMany", ...KEYS]]);
    await backend.close();
  });

  test("of a wrong value is the caller's TypeError, and sets nothing", () => {
    const [l1, l2] = [tier("l1"), tier("l2")];
    expect(() => compose(l1, l2).setMany([...entries, ["z", { data: 1 } as never]])).toThrow(TypeError);
    expect(l1.entries.size).toBe(0);
  });

  test("serializes each value once for tiers of one format", async () => {
    let serialized = 0;
    const format: Format<unknown> = {
      ...json(),
      deserialize: (raw) => json().deserialize(raw as Uint8Array),
      serialize: (value) => {
        serialized++;
        return json().serialize(value);
      },
    };
    const tiers = ["l1", "l2", "l3"].map((label) => batchTier(label, { format, answers: "later" }));
    await compose(tiers).setMany(entries);
    expect(serialized).toBe(KEYS.length);
  });
});

describe("deleteMany", () => {
  test.each(["strict", "optimistic"] as const)("comes to each tier as one batch: %s", async (policy) => {
    const tiers = ["near", "mid", "far"].map((label) => batchTier(label, { answers: "later" }));
    for (const each of tiers) for (const key of ["a", "b"]) put(each, key, 1);
    const statuses = await compose(tiers, { delete: policy }).deleteMany(["a", "x", "a", "b"]);
    expect(statuses).toEqual([
      { status: "deleted", count: 3 },
      { status: "missing" },
      { status: "deleted", count: 3 },
      { status: "deleted", count: 3 },
    ]);
    for (const each of tiers) expect(each.asked).toEqual([["removeMany", "a", "x", "b"]]);
  });

  test("that a tier fails is an error that names it, unless optimistic", async () => {
    const [l1, l2] = [tier("l1"), batchTier("l2", { answers: "later" })];
    for (const store of [l1, l2]) for (const key of KEYS) put(store, key, 1);
    l2.failing.add("remove");
    await expect(compose(l1, l2).deleteMany(KEYS)).rejects.toSatisfy(BackendError.is);
    expect(l1.entries.size).toBe(0);
    expect(await compose(l1, l2, { delete: "optimistic" }).deleteMany(["a"])).toEqual([
      { status: "missing" },
    ]);
  });
});
