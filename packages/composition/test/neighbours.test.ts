import { compose } from "@hitbox/composition";
import { type CacheBackend, cacheBackend, cacheKey, cacheValue } from "@hitbox/core";
import { gate } from "@hitbox/test-support";
import { describe, expect, test } from "vitest";
import { held, tier } from "./support/tier.ts";
import { KEY_FORMATS, watched } from "./support/watched.ts";

type Change = readonly [name: string, change: (user: CacheBackend, key: string) => unknown, now: unknown];

const CHANGES: readonly Change[] = [
  ["set", (user, key) => user.set(key, cacheValue("new")), "new"],
  ["delete", (user, key) => user.delete(key), undefined],
  [
    "setMany",
    (user, key) =>
      user.setMany([
        [key, cacheValue("new")],
        ["other", cacheValue("new")],
      ]),
    "new",
  ],
  ["deleteMany", (user, key) => user.deleteMany([key, "other"]), undefined],
  ["clear", (user) => user.clear(), undefined],
];

/** Who else may use the backend that a composition uses. */
const NEIGHBOURS = {
  "another composition": (raw) => compose(tier("mine"), raw),
  "a nested composition": (raw) => compose([tier("mine"), tier("middle"), raw]),
  "a typed backend": (raw) => cacheBackend(raw),
} satisfies Record<string, (raw: ReturnType<typeof watched>["backend"]) => CacheBackend>;

const dataOf = async (backend: CacheBackend, key: string): Promise<unknown> => (await backend.get(key))?.data;

describe.each(Object.entries(NEIGHBOURS))("what %s over the same backend changes", (_, neighbour) => {
  describe.each(KEY_FORMATS)("under $id keys", (keyFormat) => {
    test.each(CHANGES)("by %s is not answered from L1", async (__, change, now) => {
      const l2 = watched(keyFormat);
      const backend = compose(tier("l1"), l2.backend);
      const other = neighbour(l2.backend);
      l2.restore();
      const key = cacheKey("user", { name: "Zoë & co" }).text;
      await backend.set(key, cacheValue("old"));
      await change(other, key);
      expect(await dataOf(backend, key)).toBe(now);
      await backend.set(key, cacheValue("ours"));
      expect(await dataOf(other, key)).toBe("ours");
    });
  });
});

describe("compositions over one typed backend", () => {
  test("hear each other, and what is done through it directly", async () => {
    const l2 = watched();
    const typed = cacheBackend(l2.backend);
    const [a, b] = [compose(tier("a"), typed), compose(tier("b"), typed)];
    l2.restore();
    for (const user of [a, b, typed]) {
      await a.set("k", cacheValue("old"));
      await b.get("k");
      await user.set("k", cacheValue("new"));
      expect([await dataOf(a, "k"), await dataOf(b, "k")]).toEqual(["new", "new"]);
    }
  });

  test("a composition is heard by the one around it", async () => {
    const l2 = watched();
    const inner = compose(tier("inner"), l2.backend);
    const outer = compose(tier("outer"), inner);
    l2.restore();
    await outer.set("k", cacheValue("old"));
    await inner.set("k", cacheValue("new"));
    expect(await dataOf(outer, "k")).toBe("new");
  });
});

test.each(["sequential", "optimistic", "race", "l2-first", "write-behind"] as const)(
  "what is read while the composition inside has its %s set under way is not kept",
  async (write) => {
    const l2 = watched(undefined, { answers: "later" });
    const inner = compose(tier("inner"), l2.backend, { write });
    const outer = compose(tier("outer"), inner);
    l2.restore();
    await outer.set("k", cacheValue("old"));
    const set = inner.set("k", cacheValue("new"));
    for (let turn = 0; turn < 50; turn++) await outer.get("k");
    await set;
    expect(await dataOf(outer, "k")).toBe("new");
  },
);

describe("one's own change", () => {
  test.each(CHANGES)("by %s leaves one's own L1 as it is", async (name, change, now) => {
    const l2 = watched();
    const [l1, middle] = [tier("l1"), tier("middle")];
    const backend = compose(l1, compose(middle, l2.backend));
    compose(tier("other"), l2.backend);
    l2.restore();
    const calls = l1.calls.length;
    await change(backend, "k");
    expect([held(l1, "k"), held(middle, "k")]).toEqual([now, now]);
    const removals = l1.calls.slice(calls).filter((call) => call === "remove").length;
    expect(removals).toBe({ delete: 1, deleteMany: 2, clear: 1 }[name] ?? 0);
  });
});

test("what is read before a neighbour's change, and arrives after it, is not put into L1", async () => {
  const l2 = watched();
  const l1 = tier("l1");
  const [backend, other] = [compose(l1, l2.backend), compose(tier("other"), l2.backend)];
  l2.restore();
  l2.setByOther("k", "old");
  const old = l2.store.entries.get("k");
  const reading = gate();
  l2.store.gate = (operation) => (operation === "read" ? reading.opened : undefined);
  const read = backend.get("k");
  await other.set("k", cacheValue("new"));
  // The answer that was on its way is the old one.
  if (old) l2.store.entries.set("k", old);
  reading.open();
  expect((await read)?.data).toBe("old");
  expect(held(l1, "k")).toBeUndefined();
});

test("a neighbour that is closed hears nothing more, and the others still do", async () => {
  const l2 = watched();
  const [backend, other] = [compose(tier("l1"), l2.backend), compose(tier("other"), l2.backend)];
  const third = compose(tier("third"), l2.backend);
  l2.restore();
  await backend.set("k", cacheValue("old"));
  await other.close();
  expect(l2.listeners.size).toBe(2);
  await third.set("k", cacheValue("new"));
  expect(await dataOf(backend, "k")).toBe("new");
});
