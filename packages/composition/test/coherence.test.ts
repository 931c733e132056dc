import { type ComposeOptions, compose } from "@hitbox/composition";
import {
  type CacheBackend,
  cacheContext,
  cacheKey,
  cacheValue,
  hashed,
  text,
  urlEncoded,
} from "@hitbox/core";
import { gate } from "@hitbox/test-support";
import { describe, expect, test, vi } from "vitest";
import { held, type Tier, tier } from "./support/tier.ts";
import { type Watched, watched } from "./support/watched.ts";

interface Fleet {
  readonly l1: Tier;
  readonly l2: Watched;
  readonly backend: CacheBackend;
}

function fleet(options: ComposeOptions = {}, l2 = watched()): Fleet {
  const l1 = tier("l1");
  const backend = compose(l1, l2.backend, options);
  l2.restore();
  return { l1, l2, backend };
}

const dataOf = async (backend: CacheBackend, key: string): Promise<unknown> => (await backend.get(key))?.data;

describe.each([text(), urlEncoded(), hashed()])("under $id keys of L2", (keyFormat) => {
  test("what others replace or remove is not answered from L1", async () => {
    const { l2, backend } = fleet({}, watched(keyFormat));
    const key = cacheKey("user", { name: "Zoë & co" });
    await backend.set(key, cacheValue("old"));
    l2.setByOther(key.text, "new");
    expect(await dataOf(backend, key.text)).toBe("old");
    l2.tell(key.text);
    expect(await dataOf(backend, key.text)).toBe("new");
    l2.deleteByOther(key.text);
    l2.tell(key.text);
    expect(await backend.get(key)).toBeUndefined();
  });
});

describe("a change that others make", () => {
  test("while the key is read from L2 keeps what was read out of L1", async () => {
    const { l1, l2, backend } = fleet();
    l2.setByOther("k", "old");
    const reading = gate();
    const old = l2.store.entries.get("k");
    l2.store.gate = (operation) => (operation === "read" ? reading.opened : undefined);
    const read = backend.get("k");
    l2.setByOther("k", "new");
    l2.tell("k");
    // The answer that was on its way is the old one.
    if (old) l2.store.entries.set("k", old);
    reading.open();
    expect((await read)?.data).toBe("old");
    expect(held(l1, "k")).toBeUndefined();
  });

  test.each(["sequential", "optimistic", "race", "l2-first", "write-behind"] as const)(
    "while a %s set is under way leaves L1 without the key",
    async (write) => {
      const { l1, l2, backend } = fleet({ write });
      const writing = gate();
      l2.store.gate = (operation) => (operation === "write" ? writing.opened : undefined);
      const set = backend.set("k", cacheValue("ours"));
      l2.tell("k");
      writing.open();
      await set;
      await vi.waitFor(() => expect(held(l2.store, "k")).toBe("ours"));
      await vi.waitFor(() => expect(held(l1, "k")).toBeUndefined());
      await vi.waitFor(async () => {
        expect(await dataOf(backend, "k")).toBe("ours");
        expect(held(l1, "k")).toBe("ours");
      });
    },
  );

  test("keeps an older set of ours out of L1, though another set of ours still waits", async () => {
    const { l1, l2, backend } = fleet({ write: "l2-first" });
    const writes = [gate(), gate()] as const;
    let write = 0;
    l2.store.gate = (operation) => (operation === "write" ? writes[write++]?.opened : undefined);
    const first = backend.set("k", cacheValue("first"));
    const second = backend.set("k", cacheValue("second"));
    l2.tell("k");
    writes[0].open();
    await first;
    // L2 holds the change by others that was just told of.
    l2.setByOther("k", "theirs");
    expect(held(l1, "k")).toBeUndefined();
    expect(await Promise.race([dataOf(backend, "k"), "waits"])).not.toBe("first");
    writes[1].open();
    await second;
  });

  test("to another key leaves L1 as it is", async () => {
    const { l1, l2, backend } = fleet();
    await backend.set("k", cacheValue("v"));
    l2.tell("other");
    expect(held(l1, "k")).toBe("v");
  });
});

describe("while changes are not heard", () => {
  test("L1 is left aside: neither read nor written, and empty when it is taken back", async () => {
    const { l1, l2, backend } = fleet();
    await backend.set("k", cacheValue("old"));
    l2.lose();
    l2.setByOther("k", "new");
    const context = cacheContext();
    expect((await backend.get("k", context))?.data).toBe("new");
    expect(context.source).toBe("l1>l2.l2");
    await backend.set("other", cacheValue("v"));
    expect(held(l1, "other")).toBeUndefined();
    expect(held(l2.store, "other")).toBe("v");
    expect(await backend.getMany(["k", "other"])).toMatchObject([{ data: "new" }, { data: "v" }]);
    l2.restore();
    expect([...l1.entries.keys()]).toEqual([]);
    expect(await dataOf(backend, "k")).toBe("new");
    expect(held(l1, "k")).toBe("new");
  });

  test("a composition begins without L1", async () => {
    const l2 = watched();
    const l1 = tier("l1");
    const backend = compose(l1, l2.backend);
    await backend.set("k", cacheValue("v"));
    expect(held(l1, "k")).toBeUndefined();
    expect(await dataOf(backend, "k")).toBe("v");
    l2.restore();
    await dataOf(backend, "k");
    expect(held(l1, "k")).toBe("v");
  });

  test("a set and a delete are as good as L2 is", async () => {
    const { l2, backend } = fleet({ write: "optimistic", delete: "optimistic" });
    l2.lose();
    l2.store.failing.add("write").add("remove");
    await expect(async () => backend.set("k", cacheValue("v"))).rejects.toMatchObject({ code: "connection" });
    await expect(async () => backend.setMany([["k", cacheValue("v")]])).rejects.toMatchObject({
      code: "connection",
    });
    await expect(async () => backend.delete("k")).rejects.toMatchObject({ code: "connection" });
  });

  test("what was read before is not put into L1 after", async () => {
    const { l1, l2, backend } = fleet();
    l2.setByOther("k", "old");
    const reading = gate();
    l2.store.gate = (operation) => (operation === "read" ? reading.opened : undefined);
    const before = backend.get("k");
    l2.lose();
    const during = backend.get("k");
    l2.restore();
    reading.open();
    await Promise.all([before, during]);
    expect(held(l1, "k")).toBeUndefined();
  });

  test.each(["before", "during"])("what was set %s is not in L1 after", async (when) => {
    const { l1, l2, backend } = fleet({ write: "l2-first" });
    const writing = gate();
    l2.store.gate = (operation) => (operation === "write" ? writing.opened : undefined);
    if (when === "during") l2.lose();
    const set = backend.set("k", cacheValue("ours"));
    if (when === "before") l2.lose();
    l2.restore();
    writing.open();
    await set;
    expect(held(l1, "k")).toBeUndefined();
  });

  test("an L1 that cannot be emptied is left aside until it can be", async () => {
    vi.useFakeTimers();
    try {
      const { l1, l2, backend } = fleet();
      await backend.set("k", cacheValue("old"));
      l1.failing.add("remove");
      l2.lose();
      l2.setByOther("k", "new");
      l2.restore();
      expect(await dataOf(backend, "k")).toBe("new");
      l1.failing.clear();
      await vi.advanceTimersByTimeAsync(1_000);
      expect([...l1.entries.keys()]).toEqual([]);
      await dataOf(backend, "k");
      expect(held(l1, "k")).toBe("new");
    } finally {
      vi.useRealTimers();
    }
  });

  test("an L1 that cannot be emptied is left alone while L2 is not heard", async () => {
    vi.useFakeTimers();
    try {
      const { l1, l2, backend } = fleet();
      l1.failing.add("remove");
      l2.lose();
      l2.restore();
      l2.lose();
      const calls = l1.calls.length;
      await vi.advanceTimersByTimeAsync(5_000);
      expect(l1.calls).toHaveLength(calls);
      expect(vi.getTimerCount()).toBe(0);
      await backend.close();
    } finally {
      vi.useRealTimers();
    }
  });

  test("an L1 that fails to drop a key is left aside", async () => {
    const { l1, l2, backend } = fleet();
    await backend.set("k", cacheValue("old"));
    l1.failing.add("remove");
    l2.setByOther("k", "new");
    l2.tell("k");
    expect(await dataOf(backend, "k")).toBe("new");
  });
});

describe("nested compositions", () => {
  test("hear of changes in every first tier", async () => {
    const l2 = watched();
    const [a, b] = [tier("a"), tier("b")];
    const backend = compose(a, compose(b, l2.backend));
    expect(backend.supports.watch).toBe(true);
    l2.restore();
    await backend.set("k", cacheValue("old"));
    expect([held(a, "k"), held(b, "k")]).toEqual(["old", "old"]);
    l2.setByOther("k", "new");
    l2.tell("k");
    expect([held(a, "k"), held(b, "k")]).toEqual([undefined, undefined]);
    expect(await dataOf(backend, "k")).toBe("new");
    l2.lose();
    l2.setByOther("k", "newer");
    expect(await dataOf(backend, "k")).toBe("newer");
  });
});

test("a composition stops listening when it is closed", async () => {
  const { l2, backend } = fleet();
  expect(l2.listeners.size).toBe(1);
  await backend.close();
  expect(l2.listeners.size).toBe(0);
});

test("a first tier that cannot be emptied is refused", () => {
  const l1 = tier("l1", { supports: { clear: false } });
  expect(() => compose(l1, watched().backend)).toThrow(/^l1 must support clear/);
});
