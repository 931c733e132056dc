import { compose, hedged, offload, race } from "@hitbox/composition";
import { cacheContext } from "@hitbox/core";
import { gate } from "@hitbox/test-support";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { held, put, tier } from "./support/tier.ts";

describe("a sequential read", () => {
  test("answers an L1 hit now, through any number of nested compositions, and asks nobody else", () => {
    const l1 = tier("l1");
    put(l1, "k", "v");
    const others = [1, 2, 3].map((number) => tier(`later-${number}`, { answers: "later" }));
    expect(compose([l1, ...others]).get("k")).toMatchObject({ data: "v" });
    expect(others.flatMap(({ calls }) => calls)).toEqual([]);
  });

  test("tells what each tier did, in order", async () => {
    const [one, two] = [tier("l1"), tier("l2", { answers: "later" })];
    one.failing.add("read");
    put(two, "k", "v");
    const context = cacheContext();
    await compose(one, two).get("k", context);
    expect(context.tiers).toMatchObject([
      { tier: "l1>l2.l1", operation: "read", status: "error", error: { code: "connection" } },
      { tier: "l1>l2.l2", operation: "read", status: "hit" },
    ]);
    one.failing.clear();
    const refilled = cacheContext();
    await compose(one, two).get("k", refilled);
    expect(refilled.tiers).toMatchObject([
      { tier: "l1>l2.l1", operation: "read", status: "miss" },
      { tier: "l1>l2.l2", operation: "read", status: "hit" },
      { tier: "l1>l2.l1", operation: "write", status: "ok" },
    ]);
  });

  test("of a wrong key is the caller's TypeError, not a failure of the tiers", () => {
    expect(() => compose(tier("l1"), tier("l2")).get("")).toThrow(TypeError);
  });
});

describe("a raced read", () => {
  test.each(["l1", "l2"] as const)("is answered by %s where that is first", async (fast) => {
    const [l1, l2] = [tier("l1"), tier("l2")];
    for (const store of [l1, l2]) put(store, "k", store.label);
    const slow = gate();
    (fast === "l1" ? l2 : l1).gate = () => slow.opened;
    (fast === "l1" ? l1 : l2).gate = () => Promise.resolve();
    const context = cacheContext();
    const backend = compose(l1, l2, { read: "race" });
    expect((await backend.get("k", context))?.data).toBe(fast);
    expect(context.source).toBe(`l1>l2.${fast}`);
    slow.open();
    await backend.close();
  });

  test.each(["offload", "drop"] as const)("with loser %s", async (loser) => {
    const [l1, l2] = [tier("l1", { answers: "later" }), tier("l2")];
    put(l1, "k", "v");
    const slow = gate();
    l2.gate = () => slow.opened;
    const background = offload();
    const backend = compose(l1, l2, { read: race({ loser }), offload: background });
    await backend.get("k");
    expect(background.inFlight).toBe(loser === "offload" ? 1 : 0);
    slow.open();
    expect(await background.drain()).toBe(0);
  });

  test("that dropped a slow L1 leaves nothing for a close to wait for", async () => {
    const [l1, l2] = [tier("l1"), tier("l2", { answers: "later" })];
    put(l2, "k", "v");
    const slow = gate();
    l1.gate = () => slow.opened;
    const backend = compose(l1, l2, { read: race({ loser: "drop" }) });
    expect((await backend.get("k"))?.data).toBe("v");
    await backend.close();
    expect(l1.calls).toEqual(["read"]);
  });

  test("whose loser fails later is no unhandled rejection", async () => {
    const [l1, l2] = [tier("l1", { answers: "later" }), tier("l2")];
    put(l1, "k", "v");
    const slow = gate();
    l2.gate = () => slow.opened;
    l2.failing.add("read");
    const backend = compose(l1, l2, { read: "race" });
    await backend.get("k");
    slow.open();
    await backend.close();
  });
});

describe.each([race(), hedged({ after: 0 })])("a read of a first tier that never answers ($name)", (read) => {
  test("is answered by L2 though the offload is full", async () => {
    const [l1, l2] = [tier("l1"), tier("l2")];
    l1.gate = () => gate().opened;
    put(l2, "k", "v");
    const backend = compose(l1, l2, { read, offload: offload({ maxInFlight: 2 }) });
    for (let step = 0; step < 10; step++) expect((await backend.get("k"))?.data).toBe("v");
  });
});

describe("a hedged read", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test("asks L2 once L1 has not answered for the delay, and takes the first hit", async () => {
    const [l1, l2] = [tier("l1"), tier("l2", { answers: "later" })];
    for (const store of [l1, l2]) put(store, "k", store.label);
    const slow = gate();
    l1.gate = () => slow.opened;
    const read = compose(l1, l2, { read: hedged({ after: 20 }) }).get("k");
    await vi.advanceTimersByTimeAsync(19);
    expect(l2.calls).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect((await read)?.data).toBe("l2");
    slow.open();
  });

  test("asks L1 alone where that is quick, and leaves no timer", async () => {
    const [l1, l2] = [tier("l1", { answers: "later" }), tier("l2")];
    put(l1, "k", "v");
    await compose(l1, l2, { read: hedged({ after: 20 }) }).get("k");
    expect(l2.calls).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("asks L2 at once where L1 misses", async () => {
    const [l1, l2] = [tier("l1", { answers: "later" }), tier("l2", { answers: "later" })];
    put(l2, "k", "v");
    expect((await compose(l1, l2, { read: hedged({ after: 20 }) }).get("k"))?.data).toBe("v");
    expect(held(l1, "k")).toBe("v");
  });

  test.each([{ after: -1 }, { after: Number.NaN }, { after: 5, loser: "drop" }, {}])(
    "refuses %o",
    (options) => {
      expect(() => hedged(options as never)).toThrow(TypeError);
    },
  );
});

describe("a parallel read", () => {
  test("puts a value of L2 that lives longer and was created later into L1", async () => {
    const [l1, l2] = [tier("l1"), tier("l2", { answers: "later" })];
    put(l1, "k", "short", { ttl: 10_000, createdAt: Date.now() - 1_000 });
    put(l2, "k", "long", { ttl: 20_000 });
    expect((await compose(l1, l2, { read: "parallel" }).get("k"))?.data).toBe("long");
    expect(held(l1, "k")).toBe("long");
  });

  test("does not put one into L1 that may be the older", async () => {
    const [l1, l2] = [tier("l1"), tier("l2", { answers: "later" })];
    put(l1, "k", "newer", { ttl: 10_000 });
    put(l2, "k", "older", { ttl: 20_000, createdAt: Date.now() - 1_000 });
    expect((await compose(l1, l2, { read: "parallel" }).get("k"))?.data).toBe("older");
    expect(held(l1, "k")).toBe("newer");
  });

  test("does not put one of equal life into L1", async () => {
    const [l1, l2] = [tier("l1"), tier("l2", { answers: "later" })];
    for (const store of [l1, l2]) put(store, "k", store.label, { expiresAt: 9e12 });
    expect((await compose(l1, l2, { read: "parallel" }).get("k"))?.data).toBe("l1");
    expect(l1.calls).toEqual(["read"]);
  });
});
