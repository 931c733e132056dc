import { type ComposeOptions, compose } from "@hitbox/composition";
import {
  type Backend,
  BackendError,
  type CacheBackend,
  cacheBackend,
  cacheContext,
  cacheValue,
} from "@hitbox/core";
import { memory } from "@hitbox/memory";
import { describe, expect, test, vi } from "vitest";
import { held, put, type Tier, tier } from "./support/tier.ts";

// A value that one tier can never hold is kept in the other, and no tier keeps an older one.

const refusal = () => new BackendError("too-large", "over what the tier takes");

/** A tier that refuses to write, at once or when it answers. */
function refusing(label: string, when: "now" | "later"): Tier {
  const store = tier(label, { answers: when });
  store.write = () => {
    if (when === "later") return Promise.reject(refusal());
    throw refusal();
  };
  return store;
}

function open(l1: Tier, l2: Tier, write: NonNullable<ComposeOptions["write"]>) {
  for (const store of [l1, l2]) put(store, "k", "old");
  const backend = compose(l1, l2, { write });
  const heldBy = () => [held(l1, "k"), held(l2, "k")];
  return { backend, heldBy, set: async () => backend.set("k", cacheValue("new")) };
}

describe.each(["sequential", "optimistic", "race", "write-behind"] as const)("a %s set", (write) => {
  describe.each(["now", "later"] as const)("that a tier refuses %s", (when) => {
    test("is kept in L1 if L2 can never hold the value", async () => {
      const { heldBy, set, backend } = open(tier("l1"), refusing("l2", when), write);
      await set();
      await vi.waitFor(() => expect(heldBy()).toEqual(["new", undefined]));
      expect((await backend.get("k"))?.data).toBe("new");
    });

    test("is kept in L2 if L1 can never hold the value", async () => {
      const { heldBy, set, backend } = open(refusing("l1", when), tier("l2"), write);
      await set();
      await vi.waitFor(() => expect(heldBy()).toEqual([undefined, "new"]));
      expect((await backend.get("k"))?.data).toBe("new");
    });

    test("fails if no tier can hold the value, and both keep the old one", async () => {
      const { heldBy, set } = open(refusing("l1", when), refusing("l2", when), write);
      await expect(set()).rejects.toMatchObject({ code: "too-large" });
      expect(heldBy()).toEqual(["old", "old"]);
    });
  });
});

test("an l2-first set fails if L2 can never hold the value: L1 is never ahead", async () => {
  const { heldBy, set } = open(tier("l1"), refusing("l2", "now"), "l2-first");
  await expect(set()).rejects.toMatchObject({ code: "too-large" });
  expect(heldBy()).toEqual([undefined, "old"]);
});

test("a set of many keeps each value where it can be", async () => {
  const l2 = memory({ maxEntries: 10, label: "l2" });
  const write = l2.write.bind(l2);
  const some: Backend<unknown> = {
    ...raw(l2),
    write: (key, value) => (key === "b" ? refuse() : write(key, value)),
  };
  const l1 = tier("l1");
  await compose(l1, some).setMany([..."abc"].map((key) => [key, cacheValue(key)]));
  expect([..."abc"].map((key) => held(l1, key))).toEqual(["a", "b", "c"]);
  expect([..."abc"].map((key) => (l2.read(key) as { payload?: unknown } | undefined)?.payload)).toEqual([
    "a",
    undefined,
    "c",
  ]);
});

function refuse(): never {
  throw refusal();
}

function raw(store: Backend<unknown>): Backend<unknown> {
  return {
    ...{ label: store.label, supports: store.supports, keyFormat: store.keyFormat },
    ...{ valueFormat: store.valueFormat, compressor: store.compressor },
    read: (key) => store.read(key),
    write: (key, value) => store.write(key, value),
    remove: (key) => store.remove(key),
    lease: (key, ms) => store.lease?.(key, ms) ?? expect.unreachable(),
    releaseLease: (key, fence) => store.releaseLease?.(key, fence),
    writeFenced: (key, value, fence) => store.writeFenced?.(key, value, fence) ?? expect.unreachable(),
    clear: () => store.clear?.(),
    keys: (listing) => store.keys?.(listing) ?? expect.unreachable(),
  };
}

describe("a fenced set of a value that L2 can never hold", () => {
  async function fenced(l1: Tier) {
    const store = memory({ maxEntries: 10, label: "l2" });
    const other = cacheBackend(store);
    const l2 = { ...raw(store), writeFenced: (): Promise<boolean> => Promise.reject(refusal()) };
    const backend: CacheBackend = compose(l1, l2);
    await other.set("k", cacheValue("old"));
    const { fence } = await backend.lease("k", 60_000);
    const context = cacheContext();
    const set = async () => backend.setFenced("k", cacheValue("new"), fence, context);
    return { l1, backend, other, set, context, store };
  }

  test("is kept in L1, L2 is left without the key, and the next caller may load it", async () => {
    const { l1, backend, other, set, context } = await fenced(tier("l1"));
    expect(await set()).toBe(true);
    expect(held(l1, "k")).toBe("new");
    expect(await other.get("k")).toBeUndefined();
    expect((await other.lease("k", 1_000)).granted).toBe(true);
    expect((await backend.get("k"))?.data).toBe("new");
    expect(context.tiers).toMatchObject([
      { tier: "l1>l2.l2", operation: "write", status: "error", error: { code: "too-large" } },
      { tier: "l1>l2.l1", operation: "write", status: "ok" },
      { tier: "l1>l2.l2", operation: "remove", status: "ok" },
    ]);
  });

  test.each(["set", "deleted"] as const)("is kept nowhere if the key has been %s meanwhile", async (how) => {
    const { l1, other, set } = await fenced(tier("l1"));
    if (how === "set") await other.set("k", cacheValue("newer"));
    else await other.delete("k");
    expect(await set()).toBe(false);
    expect(held(l1, "k")).not.toBe("new");
    expect((await other.get("k"))?.data).toBe(how === "set" ? "newer" : undefined);
  });

  test("is kept nowhere if this process changes the key meanwhile", async () => {
    const { l1, backend, set } = await fenced(tier("l1"));
    const setting = set();
    const deleted = backend.delete("k");
    expect(await setting).toBe(false);
    await deleted;
    expect(held(l1, "k")).toBeUndefined();
  });

  test("fails if L1 can never hold it either, and L2 keeps the old one", async () => {
    const { other, set } = await fenced(refusing("l1", "now"));
    await expect(set()).rejects.toMatchObject({ code: "too-large", backend: "l1>l2.l2" });
    expect((await other.get("k"))?.data).toBe("old");
  });
});
