import { compose } from "@hitbox/composition";
import { BackendError, cacheContext, cacheValue } from "@hitbox/core";
import { gate } from "@hitbox/test-support";
import { describe, expect, test } from "vitest";
import { held, put, type Tier, type TierOptions, tier } from "./support/tier.ts";

const pair = (first: TierOptions = {}, second: TierOptions = { answers: "later" }): readonly [Tier, Tier] => [
  tier("l1", first),
  tier("l2", second),
];

describe("after an L2 hit", () => {
  test("L1 holds the value with its metadata unchanged", async () => {
    const [l1, l2] = pair();
    put(l2, "k", "v", { ttl: 60_000, stale: 30_000, tags: ["t"] });
    await compose(l1, l2).get("k");
    const { payload: one, ...copy } = l1.entries.get("k") as never as { payload: Uint8Array };
    const { payload: two, ...original } = l2.entries.get("k") as never as { payload: Uint8Array };
    expect(copy).toEqual(original);
    expect(Buffer.from(one)).toEqual(Buffer.from(two));
  });

  test("with refill never L1 is left alone", async () => {
    const [l1, l2] = pair();
    put(l2, "k", "v");
    await compose(l1, l2, { refill: "never" }).get("k");
    expect(l1.calls).toEqual(["read"]);
  });

  test("a stale value is answered and not refilled", async () => {
    const [l1, l2] = pair();
    put(l2, "k", "v", { staleAt: 1_000, ttl: 60_000 });
    const backend = compose(l1, l2);
    expect((await backend.get("k"))?.data).toBe("v");
    expect(held(l1, "k")).toBeUndefined();
  });

  test("a refill that fails does not fail the read, and shows as an outcome", async () => {
    const [l1, l2] = pair();
    put(l2, "k", "v");
    l1.failing.add("write");
    const context = cacheContext();
    expect((await compose(l1, l2).get("k", context))?.data).toBe("v");
    expect(context.tiers.at(-1)).toMatchObject({
      tier: "l1>l2.l1",
      operation: "write",
      status: "error",
    });
  });

  test("every layer above the one that answered is refilled", async () => {
    const [a, b, c] = [tier("a"), tier("b", { answers: "later" }), tier("c", { answers: "later" })];
    put(c, "k", "v");
    const left = compose(compose(a, b), c);
    await left.get("k");
    expect([held(a, "k"), held(b, "k")]).toEqual(["v", "v"]);
    for (const store of [a, b]) store.entries.clear();
    await compose(a, compose(b, c)).get("k");
    expect([held(a, "k"), held(b, "k")]).toEqual(["v", "v"]);
  });
});

describe("while L2 is being read", () => {
  const shapes: TierOptions[] = [{ answers: "now" }, { answers: "later" }];

  test.each(shapes)("a newer set is not replaced by the older value (L1 answers $answers)", async (shape) => {
    const [l1, l2] = pair(shape);
    put(l2, "k", "old");
    const { opened, open } = gate();
    l2.gate = (operation) => (operation === "read" ? opened : undefined);
    const backend = compose(l1, l2);
    const read = backend.get("k");
    const written = backend.set("k", cacheValue("new"));
    open();
    await Promise.all([read, written]);
    expect(held(l1, "k")).toBe("new");
  });

  test.each(shapes)("a delete is not undone (L1 answers $answers)", async (shape) => {
    const [l1, l2] = pair(shape);
    put(l2, "k", "old");
    const { opened, open } = gate();
    // The read has its answer already; the delete has ended before it arrives.
    const stale = l2.entries.get("k");
    l2.read = async () => {
      await opened;
      return stale;
    };
    const backend = compose(l1, l2);
    const read = backend.get("k");
    await backend.delete("k");
    open();
    expect((await read)?.data).toBe("old");
    expect(held(l1, "k")).toBeUndefined();
  });

  test("a clear is not undone", async () => {
    const [l1, l2] = pair();
    put(l2, "k", "old");
    const stale = l2.entries.get("k");
    const { opened, open } = gate();
    l2.read = async () => {
      await opened;
      return stale;
    };
    const backend = compose(l1, l2);
    const read = backend.get("k");
    await backend.clear();
    open();
    await read;
    expect(held(l1, "k")).toBeUndefined();
  });

  test("writes of other keys do not stop the refill", async () => {
    const [l1, l2] = pair();
    put(l2, "k", "v");
    const backend = compose(l1, l2);
    const read = backend.get("k");
    await backend.set("other", cacheValue(1));
    await read;
    expect(held(l1, "k")).toBe("v");
  });
});

describe("while a delete is under way", () => {
  test("a read waits for it in the tier that is not done, and does not bring the old value back", async () => {
    const [l1, l2] = pair();
    put(l2, "k", "old");
    const { opened, open } = gate();
    l2.gate = (operation) => (operation === "remove" ? opened : undefined);
    const backend = compose(l1, l2);
    const removed = backend.delete("k");
    const read = backend.get("k");
    open();
    await removed;
    expect(await read).toBeUndefined();
    expect(held(l1, "k")).toBeUndefined();
  });

  test("a sequential write that began before it does not write L2 after it", async () => {
    const [l1, l2] = pair({ answers: "later" });
    const { opened, open } = gate();
    l1.gate = (operation) => (operation === "write" ? opened : undefined);
    const backend = compose(l1, l2, { write: "sequential" });
    const written = backend.set("k", cacheValue("old"));
    const removed = backend.delete("k");
    open();
    await Promise.all([written, removed]);
    expect(held(l2, "k")).toBeUndefined();
  });
});

describe("a write that failed in L1", () => {
  test("does not take the value of a newer one away with its own", async () => {
    const [l1, l2] = pair({ answers: "later" });
    const { opened, open } = gate();
    let writes = 0;
    const write = l1.write;
    l1.write = async (key, value) => {
      if (++writes > 1) return write(key, value);
      await opened;
      throw new BackendError("connection", "down");
    };
    const backend = compose(l1, l2);
    const older = backend.set("k", cacheValue("older"));
    const newer = backend.set("k", cacheValue("newer"));
    open();
    await Promise.all([older, newer]);
    expect(held(l1, "k")).toBe("newer");
  });
});

describe("a tier that was behind", () => {
  test("is not refilled from, until a write has reached it again", async () => {
    const [l1, l2] = pair();
    put(l2, "k", "old");
    const backend = compose(l1, l2, { delete: "optimistic" });
    l2.failing.add("remove");
    await backend.delete("k");
    expect((await backend.get("k"))?.data).toBe("old");
    expect(held(l1, "k")).toBeUndefined();
    l2.failing.clear();
    await backend.set("k", cacheValue("new"));
    l1.entries.clear();
    await backend.get("k");
    expect(held(l1, "k")).toBe("new");
  });
});

describe("a tier of which a clear failed", () => {
  // Found by random interleavings.
  test("is not refilled from, but for what was created later, until a clear has succeeded", async () => {
    const [l1, l2] = pair();
    for (const key of ["k", "other"]) put(l2, key, "old", { createdAt: 1_000 });
    const backend = compose(l1, l2, { now: () => 2_000 });
    l2.failing.add("remove");
    await expect((async () => backend.clear())()).rejects.toMatchObject({ backend: "l1>l2.l2" });
    expect((await backend.get("k"))?.data).toBe("old");
    expect(held(l1, "k")).toBeUndefined();
    put(l2, "k", "new", { createdAt: 2_001 });
    await backend.get("k");
    expect(held(l1, "k")).toBe("new");
    l2.failing.clear();
    await backend.clear();
    put(l2, "other", "old", { createdAt: 1_000 });
    await backend.get("other");
    expect(held(l1, "other")).toBe("old");
  });
});

describe("a composition below, one of whose tiers was behind", () => {
  test("is not refilled from either", async () => {
    const [a, b, c] = [tier("a"), tier("b"), tier("c")];
    put(c, "k", "old");
    const backend = compose([a, b, c], { delete: "optimistic" });
    c.failing.add("remove");
    await backend.delete("k");
    await backend.get("k");
    expect([held(a, "k"), held(b, "k")]).toEqual([undefined, undefined]);
  });
});

describe("a first tier that could not be read", () => {
  test("is not refilled where it could not be reached, and is where its entry is damaged", async () => {
    const [l1, l2] = pair();
    put(l2, "k", "v");
    const backend = compose(l1, l2);
    l1.failing.add("read");
    await backend.get("k");
    expect(l1.entries.has("k")).toBe(false);
    l1.failing.clear();
    put(l1, "k", "v");
    l1.entries.set("k", { ...l1.entries.get("k"), payload: Buffer.from("{") } as never);
    await backend.get("k");
    expect(held(l1, "k")).toBe("v");
  });
});

describe("a set in refill mode", () => {
  test("fills the first tier of each composition and leaves the leaf that answered alone", async () => {
    const [a, b, c] = [tier("a"), tier("b"), tier("c")];
    await compose(a, compose(b, c)).set("k", cacheValue("v"), cacheContext("refill"));
    expect([held(a, "k"), held(b, "k"), held(c, "k")]).toEqual(["v", "v", undefined]);
  });
});
