import { compose } from "@hitbox/composition";
import { BackendError, cacheContext, cacheValue } from "@hitbox/core";
import { gate, quickly } from "@hitbox/test-support";
import { describe, expect, test } from "vitest";
import { held, put, type Tier, tier } from "./support/tier.ts";

describe("sets of one key", () => {
  // Found by random interleavings: who was answered with a newer write went on before it.
  test("go on to the next tier in their order, though a waiting one was never sent to the first", async () => {
    const [near, mid, far] = [tier("near"), tier("mid"), tier("far")];
    const { opened, open } = gate();
    far.gate = (operation) => (operation === "write" ? opened : undefined);
    near.gate = () => Promise.resolve();
    const backend = compose([near, mid, far], { write: "l2-first" });
    const sets = [1, 2, 3, 4].map((version) => backend.set("k", cacheValue(version)));
    open();
    await Promise.all(sets);
    expect([near, mid, far].map((store) => held(store, "k"))).toEqual([4, 4, 4]);
  });

  test("that wait for a slow tier are sent once, with the newest value", async () => {
    const [near, far] = [tier("near"), tier("far")];
    const { opened, open } = gate();
    far.gate = () => opened;
    const backend = compose(near, far);
    const sets = Array.from({ length: 50 }, (_, version) => backend.set("k", cacheValue(version)));
    open();
    await Promise.all(sets);
    expect(far.calls).toEqual(["write", "write"]);
    expect(held(far, "k")).toBe(49);
  });

  test("and deletes keep their order, and each delete its report", async () => {
    const [near, far] = [tier("near"), tier("far")];
    const { opened, open } = gate();
    far.gate = () => opened;
    const backend = compose(near, far);
    const steps = [
      backend.set("k", cacheValue(1)),
      backend.delete("k"),
      backend.set("k", cacheValue(2)),
      backend.delete("k"),
    ];
    open();
    expect(await Promise.all(steps)).toMatchObject([
      undefined,
      { status: "deleted", count: 2 },
      undefined,
      { status: "deleted" },
    ]);
    expect([held(near, "k"), held(far, "k")]).toEqual([undefined, undefined]);
  });

  test("of other keys do not wait", async () => {
    const [near, far] = [tier("near"), tier("far")];
    const { opened, open } = gate();
    let first = true;
    far.gate = () => {
      if (!first) return undefined;
      first = false;
      return opened;
    };
    const backend = compose(near, far);
    const slow = backend.set("slow", cacheValue(1));
    await backend.set("quick", cacheValue(2));
    expect(held(far, "quick")).toBe(2);
    open();
    await slow;
  });
});

describe("a waiting set", () => {
  test("is not taken for pointless because of a set in refill mode, which writes nothing", async () => {
    const [near, far] = [tier("near"), tier("far")];
    const { opened, open } = gate();
    far.gate = () => opened;
    const backend = compose(near, far);
    const steps = [
      backend.set("k", cacheValue(1)),
      backend.set("k", cacheValue(2)),
      backend.set("k", cacheValue(1), cacheContext("refill")),
    ];
    open();
    await Promise.all(steps);
    expect(held(far, "k")).toBe(2);
  });

  // The longer row has more reads than a call takes as arguments.
  test.each(quickly([20_000, 150_000], 1))("may be waited for by %i reads", async (count) => {
    const [near, far] = [tier("near"), tier("far")];
    const { opened, open } = gate();
    far.gate = (operation) => (operation === "write" ? opened : undefined);
    near.failing.add("read");
    const backend = compose(near, far);
    const first = backend.set("k", cacheValue(1));
    const second = backend.set("k", cacheValue(2));
    const reads = Array.from({ length: count }, () => backend.get<number>("k"));
    const third = backend.set("k", cacheValue(3));
    open();
    await Promise.all([first, second, third]);
    expect(new Set((await Promise.all(reads)).map((value) => value?.data))).toEqual(new Set([3]));
  });
});

describe("a raced write that fails in L1 after its caller was answered", () => {
  test.each([0, 1, 2, 3, 4, 5, 6, 8])("does not take away a set begun %i microtasks later", async (turns) => {
    const [near, far] = [tier("near"), tier("far", { answers: "later" })];
    put(near, "k", "old");
    const { opened, open } = gate();
    let isFirst = true;
    const write = near.write;
    near.write = async (key, value) => {
      if (!isFirst) return write(key, value);
      isFirst = false;
      await opened;
      throw new BackendError("connection", "down");
    };
    const backend = compose(near, far, { write: "race" });
    await backend.set("k", cacheValue("raced"));
    open();
    for (let turn = 0; turn < turns; turn++) await undefined;
    await backend.set("k", cacheValue("newer"));
    await backend.close();
    expect([held(near, "k"), held(far, "k")]).toEqual(["newer", "newer"]);
  });
});

describe("a close", () => {
  test("waits for the writes that are under way", async () => {
    const [near, far] = [tier("near"), tier("far")];
    const { opened, open } = gate();
    far.gate = () => opened;
    let heldAtClose: unknown;
    const backend = compose(near, {
      ...far,
      close: () => {
        heldAtClose = held(far, "k");
      },
    });
    void backend.set("k", cacheValue(1));
    const closed = backend.close();
    // Long after a close that does not wait would have ended.
    setTimeout(open, 20);
    await closed;
    expect(heldAtClose).toBe(1);
  });
});

describe("a clear", () => {
  test("does not take away a set of the same key that was asked for after it", async () => {
    const [near, far] = [tier("near"), tier("far")];
    const { opened, open } = gate();
    far.gate = () => opened;
    const backend = compose(near, far);
    const steps = [backend.set("k", cacheValue(1)), backend.clear(), backend.set("k", cacheValue(2))];
    open();
    await Promise.all(steps);
    expect([held(near, "k"), held(far, "k")]).toEqual([2, 2]);
  });

  test("comes after the writes that were asked for before it, and before those asked for after it", async () => {
    const [near, far] = [tier("near"), tier("far")];
    const { opened, open } = gate();
    far.gate = () => opened;
    const backend = compose(near, far);
    const steps = [backend.set("old", cacheValue(1)), backend.clear(), backend.set("new", cacheValue(2))];
    open();
    await Promise.all(steps);
    expect([held(far, "old"), held(far, "new")]).toEqual([undefined, 2]);
    const context = cacheContext();
    expect((await backend.get("new", context))?.data).toBe(2);
  });

  // Found by random interleavings, as the one after it.
  test("comes before a later clear, and so do the writes between them", async () => {
    const [near, far] = [tier("near"), tier("far")];
    const { opened, open } = gate();
    far.gate = () => opened;
    const backend = compose(near, far);
    const steps = [
      backend.set("k", cacheValue(1)),
      backend.clear(),
      backend.set("k", cacheValue(2)),
      backend.set("other", cacheValue(2)),
      backend.clear(),
    ];
    open();
    await Promise.all(steps);
    expect([held(far, "k"), held(far, "other")]).toEqual([undefined, undefined]);
  });

  test("keeps the order of the sets that wait for it, in every tier", async () => {
    const tiers = [tier("near"), tier("mid"), tier("far")];
    const { opened, open } = gate();
    const [near] = tiers as [Tier];
    near.gate = () => opened;
    const backend = compose(tiers, { write: "sequential" });
    const steps: unknown[] = [backend.clear(), backend.delete("k"), backend.set("k", cacheValue(1))];
    near.gate = () => undefined;
    open();
    for (let turn = 0; turn < 12; turn++) {
      await undefined;
      steps.push(backend.set("k", cacheValue(2 + turn)));
    }
    await Promise.all(steps);
    expect(tiers.map((each) => held(each, "k"))).toEqual([13, 13, 13]);
  });

  test("holds up a read until the write that waits for it as well is done", async () => {
    const [near, far] = [tier("near"), tier("far", { answers: "later" })];
    const { opened, open } = gate();
    const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
    far.gate = (operation) => (operation === "remove" ? opened : operation === "write" ? turn() : undefined);
    const backend = compose(near, far, { write: "race" });
    const cleared = backend.clear();
    await backend.set("k", cacheValue("raced"));
    near.entries.clear();
    const read = backend.get("k");
    open();
    expect((await read)?.data).toBe("raced");
    await cleared;
    await backend.close();
  });
});
