import { compose, type Offload, offload, raceWrite } from "@hitbox/composition";
import { type CacheBackend, cacheContext, cacheValue } from "@hitbox/core";
import { gate } from "@hitbox/test-support";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { held, put, type Tier, tier } from "./support/tier.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const cancelling = (): Offload => offload({ timeout: { after: 100, then: "cancel" } });

interface World {
  readonly l1: Tier;
  readonly l2: Tier;
  readonly backend: CacheBackend;
  /** Lets the write that was given up end, well. */
  land(): Promise<void>;
}

/** A composition of which a background write of "k" to L2 was cancelled and has not ended. */
async function cancelled(write: "write-behind" | ReturnType<typeof raceWrite>): Promise<World> {
  const [l1, l2] = [tier("l1"), tier("l2")];
  const { opened, open } = gate();
  l2.gate = (operation) => (operation === "write" ? opened : undefined);
  const backend = compose(l1, l2, { write, offload: cancelling() });
  await backend.set("k", cacheValue("given up"));
  await vi.advanceTimersByTimeAsync(100);
  const land = async (): Promise<void> => {
    l2.gate = () => undefined;
    open();
    await vi.advanceTimersByTimeAsync(0);
  };
  return { l1, l2, backend, land };
}

describe.each(["write-behind", raceWrite()] as const)("a background write that is cancelled: %o", (write) => {
  test("holds up no read of its key", async () => {
    const { l1, l2, backend } = await cancelled(write);
    put(l2, "k", "old");
    l1.entries.clear();
    expect((await backend.get("k"))?.data).toBe("old");
  });

  test("holds up no set or delete, and cannot land on what they did: that tier refuses them", async () => {
    const { l1, l2, backend, land } = await cancelled(write);
    const context = cacheContext();
    await backend.set("k", cacheValue("newer"), context);
    expect([...context.tiers].sort((one, other) => one.tier.localeCompare(other.tier))).toMatchObject([
      { tier: "l1>l2.l1", status: "ok" },
      { tier: "l1>l2.l2", operation: "write", status: "error", error: { code: "timeout" } },
    ]);
    await expect(backend.delete("k")).rejects.toMatchObject({ code: "timeout", retryable: true });
    await land();
    expect([held(l1, "k"), held(l2, "k")]).toEqual([undefined, "given up"]);
  });

  test("leaves its tier in doubt where it refused something newer, and usable once it has ended", async () => {
    const { l1, l2, backend, land } = await cancelled(write);
    await backend.set("k", cacheValue("newer"));
    await land();
    l1.entries.clear();
    await backend.get("k");
    expect(held(l1, "k")).toBeUndefined();
    await backend.set("k", cacheValue("newest"));
    await backend.close();
    expect([held(l1, "k"), held(l2, "k")]).toEqual(["newest", "newest"]);
  });

  test("fails what waits behind it", async () => {
    const [l1, l2] = [tier("l1"), tier("l2")];
    l2.gate = () => gate().opened;
    const backend = compose(l1, l2, { write, offload: cancelling() });
    await backend.set("k", cacheValue("given up"));
    const removed = expect(backend.delete("k")).rejects.toMatchObject({ code: "timeout" });
    const read = backend.get("other");
    await vi.advanceTimersByTimeAsync(100);
    await removed;
    void read;
  });

  test("makes a clear of its tier fail, after it has cleared what it can", async () => {
    const { l1, l2, backend } = await cancelled(write);
    put(l2, "other", 1);
    await expect((async () => backend.clear())()).rejects.toMatchObject({ code: "timeout" });
    expect([l1.entries.size, l2.entries.size]).toEqual([0, 0]);
  });

  test("keeps no close waiting", async () => {
    const { backend } = await cancelled(write);
    await backend.close();
  });
});

describe("a background write that is cancelled in a nested composition", () => {
  test("holds up nothing there either", async () => {
    const [near, mid, far] = [tier("near"), tier("mid"), tier("far")];
    const { opened, open } = gate();
    far.gate = (operation) => (operation === "write" ? opened : undefined);
    const backend = compose(near, compose(mid, far, { label: "inner" }), {
      write: "write-behind",
      offload: cancelling(),
    });
    await backend.set("k", cacheValue("given up"));
    await vi.advanceTimersByTimeAsync(100);
    for (const store of [near, mid]) store.entries.clear();
    expect(await backend.get("k")).toBeUndefined();
    await expect(backend.delete("k")).rejects.toMatchObject({ code: "timeout" });
    open();
    await vi.advanceTimersByTimeAsync(0);
    far.gate = () => undefined;
    expect(await backend.delete("k")).toEqual({ status: "deleted", count: 1 });
  });
});

describe("a refill that is cancelled", () => {
  test("holds up no read and no write of its key", async () => {
    const [l1, l2] = [tier("l1"), tier("l2")];
    put(l2, "k", "v");
    const { opened, open } = gate();
    l1.gate = (operation) => (operation === "write" ? opened : undefined);
    const backend = compose(l1, l2, { offload: cancelling() });
    await backend.get("k");
    await vi.advanceTimersByTimeAsync(100);
    expect((await backend.get("k"))?.data).toBe("v");
    await backend.set("k", cacheValue("newer"));
    expect(held(l2, "k")).toBe("newer");
    open();
    await vi.advanceTimersByTimeAsync(0);
    l1.gate = () => undefined;
    await backend.set("k", cacheValue("newest"));
    expect(held(l1, "k")).toBe("newest");
  });

  // Found by random interleavings, as the test below.
  test("gives up nothing but itself", async () => {
    const [l1, l2] = [tier("l1"), tier("l2")];
    put(l2, "k", "v");
    const [reading, writing] = [gate(), gate()];
    l1.gate = (operation) => (operation === "read" ? reading.opened : writing.opened);
    const backend = compose(l1, l2, { read: "race", offload: cancelling() });
    await backend.get("k");
    const set = backend.set("k", cacheValue("newer"));
    await vi.advanceTimersByTimeAsync(100);
    const context = cacheContext();
    const newest = backend.set("k", cacheValue("newest"), context);
    for (const each of [reading, writing]) each.open();
    await Promise.all([set, newest]);
    expect(context.tiers.map(({ status }) => status)).toEqual(["ok", "ok"]);
    expect([held(l1, "k"), held(l2, "k")]).toEqual(["newest", "newest"]);
  });
});

/** An offload of which tasks are cancelled one by one. */
function byHand(): { readonly background: Offload; readonly aborts: readonly AbortController[] } {
  const aborts: AbortController[] = [];
  const background: Offload = {
    ...offload(),
    register(task) {
      const abort = new AbortController();
      aborts.push(abort);
      (async () => task.run(abort.signal))().catch(() => {});
      return true;
    },
    drain: async () => 0,
  };
  return { background, aborts };
}

describe("a background write that is cancelled before it was sent", () => {
  test("is not sent, and a clear goes on waiting for those before it", async () => {
    const { background, aborts } = byHand();
    const [l1, l2] = [tier("l1"), tier("l2")];
    const { opened, open } = gate();
    l2.gate = (operation) => (operation === "write" ? opened : undefined);
    const backend = compose(l1, l2, { write: "write-behind", offload: background });
    for (const version of [1, 2]) await backend.set("k", cacheValue(version));
    const cleared = backend.clear();
    aborts[1]?.abort(new Error("cancelled"));
    await vi.advanceTimersByTimeAsync(0);
    open();
    await cleared;
    expect(held(l2, "k")).toBeUndefined();
    expect(l2.calls).toEqual(["write", "remove"]);
  });

  test("leaves its tier in doubt, though an older one has ended well", async () => {
    const [l1, l2] = [tier("l1"), tier("l2")];
    const { opened, open } = gate();
    l2.gate = (operation) => (operation === "write" ? opened : undefined);
    const { background, aborts } = byHand();
    const backend = compose(l1, l2, { write: "write-behind", offload: background });
    for (const version of [1, 2]) await backend.set("k", cacheValue(version));
    aborts[1]?.abort(new Error("cancelled"));
    open();
    await vi.advanceTimersByTimeAsync(0);
    l1.entries.clear();
    expect((await backend.get("k"))?.data).toBe(1);
    expect(held(l1, "k")).toBeUndefined();
  });
});
