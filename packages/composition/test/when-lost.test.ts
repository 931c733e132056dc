import { type ComposeOptions, compose } from "@hitbox/composition";
import { BackendError, type CacheBackend, cacheContext, cacheValue } from "@hitbox/core";
import { asTier } from "@hitbox/core/tier";
import { gate } from "@hitbox/test-support";
import { describe, expect, test } from "vitest";
import { held, type Tier, tier } from "./support/tier.ts";
import { type Watched, watched } from "./support/watched.ts";

interface Fleet {
  readonly l1: Tier;
  readonly l2: Watched;
  readonly backend: CacheBackend;
  advance(ms: number): void;
}

function fleet(options: ComposeOptions = {}, l1 = tier("l1")): Fleet {
  let time = 1_800_000_000_000;
  const l2 = watched();
  const now = (): number => time;
  const backend = compose(l1, l2.backend, { whenLost: { serve: 30_000 }, now, ...options });
  l2.restore();
  const advance = (ms: number): void => {
    time += ms;
  };
  return { l1, l2, backend, advance };
}

const value = (data: unknown) => cacheValue(data, { createdAt: 1_800_000_000_000 });
const dataOf = async (backend: CacheBackend, key: string): Promise<unknown> => (await backend.get(key))?.data;
const readsOf = ({ store }: Watched): string[] => store.calls.filter((call) => call.startsWith("read"));

describe("an L1 that may be behind while changes are not heard", () => {
  test("answers on without L2, marked, and no longer than it may", async () => {
    const { l2, backend, advance } = fleet();
    await backend.set("k", value("v"));
    expect(await backend.get("k")).not.toHaveProperty("isBehind");
    l2.lose();
    l2.setByOther("k", "newer");
    advance(29_999);
    const context = cacheContext();
    expect(await backend.get("k", context)).toMatchObject({ data: "v", isBehind: true });
    expect(context.source).toBe("l1>l2.l1");
    expect(asTier(backend).peek("k")).toMatchObject({ data: "v", isBehind: true });
    expect(readsOf(l2)).toEqual([]);
    advance(1);
    expect(await dataOf(backend, "k")).toBe("newer");
    expect(asTier(backend).peek("k")).toBeUndefined();
  });

  test("answers with everything that is known of the entry", async () => {
    const { l2, backend } = fleet();
    const known = { createdAt: 1_800_000_000_000, staleAt: 1_800_000_001_000, expiresAt: 1_800_000_002_000 };
    await backend.set("k", { data: "v", ...known, tags: ["t"], loadMs: 30 });
    l2.lose();
    expect(await backend.get("k")).toMatchObject({ data: "v", ...known, tags: ["t"], loadMs: 30 });
  });

  test("counts from the first loss, however often it is told", async () => {
    const { l2, backend, advance } = fleet();
    await backend.set("k", value("v"));
    l2.lose();
    l2.setByOther("k", "newer");
    advance(20_000);
    l2.lose();
    advance(10_000);
    expect(await dataOf(backend, "k")).toBe("newer");
  });

  test("is emptied when changes are heard again, and unmarked from then on", async () => {
    const { l1, l2, backend } = fleet();
    await backend.set("k", value("v"));
    l2.lose();
    l2.setByOther("k", "newer");
    l2.restore();
    expect(held(l1, "k")).toBeUndefined();
    expect(await backend.get("k")).toMatchObject({ data: "newer" });
    expect(await backend.get("k")).not.toHaveProperty("isBehind");
  });

  test("is bypassed while it cannot be emptied", async () => {
    const { l1, l2, backend } = fleet();
    await backend.set("k", value("v"));
    l2.lose();
    l2.setByOther("k", "newer");
    l1.clear = () => {
      throw new BackendError("connection", "down");
    };
    l2.restore();
    expect(await dataOf(backend, "k")).toBe("newer");
  });

  test("shows this process its own sets and deletes, though L2 is away", async () => {
    const { l2, backend } = fleet();
    await backend.set("set", value("old"));
    await backend.set("deleted", value("old"));
    l2.lose();
    for (const operation of ["read", "write", "remove"] as const) l2.store.failing.add(operation);
    await backend.set("set", value("new"));
    await expect((async () => backend.delete("deleted"))()).rejects.toMatchObject({ code: "connection" });
    expect(await dataOf(backend, "set")).toBe("new");
    await expect(dataOf(backend, "deleted")).rejects.toMatchObject({ code: "connection" });
  });

  test("drops a key whose change is heard late", async () => {
    const { l1, l2, backend } = fleet();
    await backend.set("k", value("v"));
    l2.lose();
    l2.setByOther("k", "newer");
    l2.tell("k");
    expect(held(l1, "k")).toBeUndefined();
    expect(await dataOf(backend, "k")).toBe("newer");
  });

  test("is bypassed if it does not drop such a key", async () => {
    const { l1, l2, backend } = fleet();
    await backend.set("k", value("v"));
    l2.lose();
    l2.setByOther("k", "newer");
    l1.failing.add("remove");
    l2.tell("k");
    expect(await dataOf(backend, "k")).toBe("newer");
  });

  test("keeps nothing of what was under way when changes are heard again", async () => {
    const { l1, l2, backend } = fleet({ write: "l2-first" });
    l2.lose();
    const writing = gate();
    l2.store.gate = (operation) => (operation === "write" ? writing.opened : undefined);
    const set = backend.set("k", value("ours"));
    l2.restore();
    writing.open();
    await set;
    expect(held(l1, "k")).toBeUndefined();
  });

  test("was never in step before the first connection, and is bypassed", async () => {
    const l1 = tier("l1");
    const l2 = watched();
    const backend = compose(l1, l2.backend, { whenLost: { serve: 30_000 } });
    l2.lose();
    await backend.set("k", value("v"));
    expect(held(l1, "k")).toBeUndefined();
  });

  test("leaves the tiers above without its answers", async () => {
    const { l2, backend } = fleet();
    const above = tier("above");
    const outer = compose(above, backend, { whenLost: { serve: 30_000 } });
    l2.restore();
    await outer.set("k", value("v"));
    above.entries.clear();
    l2.lose();
    expect(await outer.get("k")).toMatchObject({ data: "v", isBehind: true });
    expect(held(above, "k")).toBeUndefined();
  });
});

test("an L1 is bypassed while changes are not heard if nothing else is said", async () => {
  const { l2, backend } = fleet({ whenLost: "bypass" });
  await backend.set("k", value("v"));
  l2.lose();
  l2.setByOther("k", "newer");
  expect(await dataOf(backend, "k")).toBe("newer");
});

test.each([
  ["serve", /^whenLost must be "bypass" or \{ serve: milliseconds \}, over 0; got a string/],
  [{ serve: 0 }, /^whenLost must be "bypass" or \{ serve/],
  [{ serve: Number.POSITIVE_INFINITY }, /^whenLost must be/],
  [{ serve: 1_000, then: "fail" }, /^compose: whenLost: `then` is not an option/],
])("%o is a TypeError that says what to write", (whenLost, message) => {
  expect(() => compose(tier("l1"), watched().backend, { whenLost: whenLost as never })).toThrow(message);
});

test("it is refused over an L2 that tells of nothing", () => {
  expect(() => compose(tier("l1"), tier("l2"), { whenLost: { serve: 1_000 } })).toThrow(
    /^whenLost needs an l2 that tells of changes/,
  );
});
