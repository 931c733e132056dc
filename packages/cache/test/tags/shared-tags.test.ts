import { compose } from "@hitbox/composition";
import { type Faulty, faulty } from "@hitbox/conformance";
import { type Backend, BackendError, cacheBackend, cacheValue } from "@hitbox/core";
import { memory } from "@hitbox/memory";
import { describe, expect, it } from "vitest";
import type { Stamps } from "../../src/tags/tag-index.ts";
import { testClock } from "../support/clock.ts";
import { gate, settled } from "../support/gate.ts";
import { sharedStore } from "../support/shared-store.ts";
import { type Tagged, tagged } from "./support/tagged.ts";

const LIFE = 60_000;
const HOUR = 3_600_000;

/** Some processes over one store. */
function fleet(store: Backend<unknown> | Faulty<unknown>, now: () => number, count = 2): Tagged[] {
  return Array.from({ length: count }, () => {
    const near = memory({ maxEntries: 100, now });
    return tagged(compose(near, cacheBackend(store, { now }), { now }), { now });
  });
}

function setting(options: Parameters<typeof sharedStore>[1] = {}) {
  const { now, advance } = testClock();
  const store = sharedStore(now, options);
  const [here, there] = fleet(store, now) as [Tagged, Tagged];
  const record = (tag: string) => cacheBackend(store, { now }).get<string>(`%tag:${tag}`);
  return { now, advance, store, here, there, record };
}

it("an invalidation reaches every process, and leaves nothing behind", async () => {
  const { here, there, record } = setting();
  await here.put("a", 1, ["x", "y"]);
  await here.put("b", 2, ["z"]);
  expect([await there.read("a"), await there.read("b")]).toEqual([1, 2]);
  await there.index.invalidate(["y"]);
  expect(await record("y")).toBeUndefined();
  for (const { read } of [here, there]) expect([await read("a"), await read("b")]).toEqual([undefined, 2]);
  await there.put("a", 3, ["x", "y"]);
  for (const { read } of [there]) expect(await read("a")).toBe(3);
});

it("a record that is lost makes its entries invalid, and a value that is set then is there", async () => {
  const { here, there, store } = setting();
  await here.put("a", 1, ["x"]);
  await store.remove("%tag:x");
  expect(await here.read("a")).toBeUndefined();
  await here.put("a", 2, ["x"]);
  for (const { read } of [here, there]) expect(await read("a")).toBe(2);
  await store.clear?.();
  await here.put("a", 3, ["x"]);
  for (const { read } of [here]) expect(await read("a")).toBe(3);
});

it("a record that is lost after an invalidation brings nothing back", async () => {
  const { here, there, store } = setting();
  await here.put("a", 1, ["x"]);
  await there.index.invalidate(["x"]);
  await store.remove("%tag:x");
  await there.put("b", 2, ["x"]);
  expect([await here.read("a"), await here.read("b")]).toEqual([undefined, 2]);
});

it("processes that make a record at once agree on one", async () => {
  const { store, now } = setting();
  const processes = fleet(store, now, 5);
  await Promise.all(processes.map(({ put }, index) => put(`key${index}`, index, ["x"])));
  for (const { read } of processes)
    for (const index of processes.keys()) expect(await read(`key${index}`)).toBe(index);
});

it("many loads of one process that miss a record at once make it once", async () => {
  const { now } = testClock();
  const store = faulty(sharedStore(now));
  const { index } = tagged(store, { now });
  const all = await Promise.all(Array.from({ length: 50 }, () => index.stamp(["x"], LIFE)));
  const stamps = all.map((taken) =>
    index.stamped(cacheValue(1, { tags: ["x"], ttl: 1, now }), taken).tags?.at(-1),
  );
  expect(new Set(stamps).size).toBe(1);
  expect(store.calls.writeFenced).toBe(1);
});

it("an entry is valid only with all of its stamps, in the order of its tags", async () => {
  const { here } = setting();
  const stamps = await here.index.stamp(["x", "y"], LIFE);
  const entry = here.index.stamped(cacheValue(1, { tags: ["x", "y", "%none"] }), stamps);
  const [x, y] = (entry.tags ?? []).slice(-2) as [string, string];
  const isValid = (...tags: string[]) => here.index.accepts(cacheValue(1, { tags }));
  expect(await here.index.accepts(entry)).toBe(true);
  expect(await isValid("y", "x", y, x)).toBe(true);
  for (const tags of [
    ["x", "y"],
    ["x", "y", x],
    ["x", "y", y, x],
    ["x", x, y],
    ["x", "y", x, `${y}.2`],
    ["x", "%="],
  ])
    expect(await isValid(...tags)).toBe(false);
});

it("records of an earlier release, and records that cannot be read, count as none", async () => {
  const { here, now, store } = setting();
  await here.put("a", 1, ["x"]);
  await cacheBackend(store, { now }).set("%tag:x", cacheValue(now()));
  expect(await here.read("a")).toBeUndefined();
  await here.put("a", 2, ["x"]);
  expect(await here.read("a")).toBe(2);
  const record = (await store.read("%tag:x")) as NonNullable<Awaited<ReturnType<typeof store.read>>>;
  await store.write("%tag:x", { ...record, payload: Buffer.from("{") });
  expect(await here.read("a")).toBeUndefined();
  await here.put("a", 3, ["x"]);
  expect(await here.read("a")).toBe(3);
});

describe("in one process", () => {
  it("an invalidation that is called after a set invalidates its value", async () => {
    const { here, there, now, store } = setting();
    await there.put("other", 0, ["x"]);
    for (const process of [here, tagged(store, { now })]) {
      const setting = process.put("a", 1, ["x", "y"]);
      const invalidating = process.index.invalidate(["x"]);
      await Promise.all([setting, invalidating]);
      expect(await process.read("a")).toBeUndefined();
    }
  });

  it("a set that is called after an invalidation is there, though the invalidation is slower", async () => {
    const { here } = setting();
    await here.put("a", 1, ["x"]);
    const invalidating = here.index.invalidate(["x"]);
    await here.put("a", 2, ["x"]);
    await invalidating;
    expect(await here.read("a")).toBe(2);
  });

  it("an entry is invalid from the call of the invalidation on", async () => {
    const { here, store, now } = setting();
    const near = tagged(store, { now });
    await near.put("a", 1, ["x"]);
    const entry = (await near.tier.get("a")) as never;
    const records = near.index.ahead(["x"]);
    await new Promise(setImmediate);
    await new Promise(setImmediate);
    const invalidating = near.index.invalidate(["x"]);
    expect(near.index.accepts(entry, records)).toBe(false);
    await invalidating;
    expect(await here.read("a")).toBeUndefined();
  });
});

describe("a stamping", () => {
  it("does not use records that were read before an invalidation of its process", async () => {
    const { here } = setting();
    await here.put("a", 1, ["x"]);
    const records = here.index.ahead(["x"]);
    await here.index.invalidate(["x"]);
    const stamps = await here.index.stamp(["x"], LIFE, records);
    expect(await here.index.accepts(here.index.stamped(cacheValue(1, { tags: ["x"] }), stamps))).toBe(true);
  });

  it("a stamping that joins the making of a record takes none that was deleted meanwhile", async () => {
    const { now } = testClock();
    const store = sharedStore(now) as Required<Backend<unknown>>;
    const [written, answered] = [gate(), gate()];
    const slow: Backend<unknown> = {
      ...store,
      writeFenced: async (...args) => {
        const isStored = await store.writeFenced(...args);
        written.open();
        await answered.opened;
        return isStored;
      },
    };
    const [here, there] = [tagged(slow, { now }), tagged(store, { now })];
    const first = here.index.stamp(["x"], LIFE);
    await written.opened;
    await there.index.invalidate(["x"]);
    const second = here.index.stamp(["x"], LIFE);
    await settled();
    answered.open();
    const entry = (stamps: Stamps) => here.index.stamped(cacheValue(1, { tags: ["x"] }), stamps);
    expect(await here.index.accepts(entry(await first))).toBe(false);
    expect(await here.index.accepts(entry(await second))).toBe(true);
  });
});

describe("tags that a loader names late", () => {
  it("keep the stamp that they have, and take one if they have none", async () => {
    const { here, there } = setting();
    const stamps = await here.index.stamp(["x"], LIFE);
    await there.index.invalidate(["x", "y"]);
    const late = await here.index.restamp(stamps, ["x", "y"], LIFE);
    const entry = (tags: string[]) => here.index.stamped(cacheValue(1, { tags }), late);
    expect(await here.index.accepts(entry(["x", "y"]))).toBe(false);
    expect(await here.index.accepts(entry(["y"]))).toBe(true);
  });
});

describe("an invalidation that fails", () => {
  function failing() {
    const { now, advance } = testClock();
    const store = sharedStore(now);
    const state = { isDown: false };
    const script = () => (state.isDown ? ({ fail: "connection" } as const) : undefined);
    const here = tagged(faulty(store, { script }), { now });
    return { now, advance, here, there: tagged(store, { now }), state };
  }

  it("holds in its process, and is tried again until it succeeds", async () => {
    const { here, there, state } = failing();
    await here.put("a", 1, ["x"]);
    state.isDown = true;
    await expect(here.index.invalidate(["x", "y"])).rejects.toMatchObject({ code: "connection" });
    state.isDown = false;
    expect([...here.waiting.keys()]).toEqual(["%tag:x", "%tag:y"]);
    expect(await here.read("a")).toBeUndefined();
    expect(await there.read("a")).toBe(1);
    await here.waiting.get("%tag:x")?.run();
    // Both at once.
    expect(here.waiting.size).toBe(0);
    expect(await there.read("a")).toBeUndefined();
  });

  it("is done before anything of its tag is stamped", async () => {
    const { here, there, state } = failing();
    await here.put("a", 1, ["x"]);
    state.isDown = true;
    await expect(here.index.invalidate(["x"])).rejects.toThrow();
    await expect(here.index.stamp(["x"], LIFE)).rejects.toMatchObject({ code: "connection" });
    state.isDown = false;
    await here.put("b", 2, ["x"]);
    expect(here.waiting.size).toBe(0);
    for (const { read } of [here, there]) expect([await read("a"), await read("b")]).toEqual([undefined, 2]);
  });

  it("counts for a read that began before it succeeded and ends after that", async () => {
    const { here, state } = failing();
    await here.put("a", 1, ["x"]);
    state.isDown = true;
    await expect(here.index.invalidate(["x"])).rejects.toThrow();
    state.isDown = false;
    const entry = (await here.tier.get("a")) as never;
    const records = here.index.ahead(["x"]);
    await here.waiting.get("%tag:x")?.run();
    expect(await here.index.accepts(entry, records)).toBe(false);
  });

  it("is tried again though an earlier one of its tag succeeds", async () => {
    const { now } = testClock();
    const script = (operation: string, _: unknown, call: number) =>
      operation === "remove" && call === 2 ? { fail: "timeout" } : undefined;
    const here = tagged(faulty(sharedStore(now), { script: script as never }), { now });
    await here.put("a", 1, ["x"]);
    const both = [here.index.invalidate(["x"]), here.index.invalidate(["x"])];
    expect((await Promise.allSettled(both)).map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
    expect([...here.waiting.keys()]).toEqual(["%tag:x"]);
    await here.waiting.get("%tag:x")?.run();
    expect(here.waiting.size).toBe(0);
  });

  it("fails the stampings that wait for it, if it fails for them too", async () => {
    const { now } = testClock();
    const script = (operation: string) => (operation === "remove" ? { fail: "timeout" } : undefined);
    const { index, put } = tagged(faulty(sharedStore(now), { script: script as never }), { now });
    await put("a", 1, ["x"]);
    const both = [index.invalidate(["x"]), index.stamp(["x"], LIFE)];
    expect((await Promise.allSettled(both)).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  });

  it("is forgotten if it is given up", async () => {
    const { here, state } = failing();
    await here.put("a", 1, ["x"]);
    state.isDown = true;
    await expect(here.index.invalidate(["x"])).rejects.toThrow();
    state.isDown = false;
    here.waiting.get("%tag:x")?.abandon();
    expect(await here.read("a")).toBe(1);
  });

  it("is not tried again if no entry can have the tag, and the other tags are invalidated", async () => {
    const { now } = testClock();
    const store = sharedStore(now);
    const short = { ...store, supports: { ...store.supports, maxKeyBytes: 20, removeMany: { max: 10 } } };
    const here = tagged(
      { ...short, removeMany: (keys) => Promise.all(keys.map((key) => store.remove(key))) },
      { now },
    );
    const long = "x".repeat(20);
    await here.put("a", 1, ["y"]);
    await expect(here.index.invalidate([long, "y"])).rejects.toMatchObject({ code: "too-large" });
    expect(await here.read("a")).toBeUndefined();
    expect(here.waiting.size).toBe(0);
    await expect(here.index.stamp([long], LIFE)).rejects.toMatchObject({ code: "too-large" });
  });
});

describe("a store without leases", () => {
  it.each(["no leases", "refused"] as const)("keeps tags all the same: %s", async (leases) => {
    const { now } = testClock();
    const refuse = (): never => {
      throw new BackendError("internal", "NOPERM this user has no permissions to run the 'evalsha' command");
    };
    const plain = sharedStore(now, { leases: leases === "no leases" ? "no leases" : "leases" });
    const store = faulty(leases === "refused" ? { ...plain, lease: refuse } : plain);
    const [here, there] = fleet(store, now) as [Tagged, Tagged];
    await here.put("a", 1, ["x"]);
    expect(await there.read("a")).toBe(1);
    await there.index.invalidate(["x"]);
    expect(await here.read("a")).toBeUndefined();
    await here.put("b", 2, ["x"]);
    for (const name of ["y", "z"]) await here.put(name, 2, [name]);
    expect([await there.read("b"), await there.read("y")]).toEqual([2, 2]);
    // A store that refuses is not asked again for a while.
    expect(store.calls.lease).toBe(leases === "refused" ? 1 : 0);
  });

  it("fails a stamping if the lease failed for a reason that passes", async () => {
    const { now } = testClock();
    const script = (operation: string) => (operation === "lease" ? { fail: "timeout" } : undefined);
    const store = faulty(sharedStore(now), { script: script as never });
    const { index } = tagged(store, { now });
    await expect(index.stamp(["x"], LIFE)).rejects.toMatchObject({ code: "timeout" });
    expect(store.calls.write).toBe(0);
  });

  it("does not take a record that only a first tier has taken", async () => {
    const { now } = testClock();
    const store = sharedStore(now, { leases: "no leases", changes: "told" });
    const script = (operation: string) => (operation === "write" ? { fail: "timeout" } : undefined);
    const far = cacheBackend(faulty(store, { script: script as never }), { now });
    const { index, tier } = tagged(compose(memory({ maxEntries: 10, now }), far, { now }), { now });
    await expect(index.stamp(["x"], LIFE)).rejects.toMatchObject({ code: "timeout" });
    expect(tier.peek("%tag:x")).toBeUndefined();
  });
});

describe("the life of a record", () => {
  it("is twice the life of its entry and an hour", async () => {
    const { here, now, record } = setting();
    await here.put("a", 1, ["x"], LIFE);
    expect((await record("x"))?.expiresAt).toBe(now() + 2 * LIFE + HOUR);
  });

  it("has no end if an entry has none", async () => {
    const { here, record } = setting();
    await here.put("a", 1, ["x"], Number.POSITIVE_INFINITY);
    expect((await record("x"))?.expiresAt).toBeUndefined();
    await here.put("b", 1, ["y"], LIFE);
    await here.put("c", 1, ["y"], Number.POSITIVE_INFINITY);
    await until(async () => (await record("y"))?.expiresAt === undefined);
    expect(await here.read("b")).toBe(1);
  });

  it("is prolonged for an entry that would outlive the record, and the stamp stays", async () => {
    const { advance, here, now, record } = setting();
    await here.put("a", 1, ["x"], 2 * HOUR);
    const first = await record("x");
    advance(4 * HOUR);
    await here.put("b", 2, ["x"], 2 * HOUR);
    await until(async () => (await record("x"))?.expiresAt === now() + 5 * HOUR);
    expect((await record("x"))?.data).toBe(first?.data);
    advance(2 * HOUR - 1);
    expect(await here.read("b")).toBe(2);
  });

  it("is not prolonged after an invalidation", async () => {
    const { advance, here, record, there } = setting();
    await here.put("a", 1, ["x"], 2 * HOUR);
    advance(4 * HOUR);
    const stamps = await here.index.stamp(["x"], 2 * HOUR);
    await there.index.invalidate(["x"]);
    here.index.stamped(cacheValue(1, { tags: ["x"] }), stamps);
    for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate);
    expect(await record("x")).toBeUndefined();
  });

  it("does not hinder other processes if a clock is a year ahead", async () => {
    const { now, store } = setting();
    const ahead = tagged(store, { now: () => now() + 365 * 24 * HOUR });
    const here = tagged(store, { now });
    await here.put("a", 1, ["x"]);
    // Takes the record as expired: once.
    await ahead.put("b", 2, ["x"]);
    await here.put("a", 3, ["x"]);
    for (const name of ["c", "d"]) await ahead.put(name, 4, ["x"]);
    expect(await here.read("a")).toBe(3);
    expect(await ahead.read("d")).toBe(4);
    await here.index.invalidate(["x"]);
    expect([await here.read("a"), await ahead.read("d")]).toEqual([undefined, undefined]);
    await here.put("a", 5, ["x"]);
    expect(await here.read("a")).toBe(5);
  });
});

describe("round trips", () => {
  const trips = ({ calls }: Faulty<unknown>): number =>
    Object.values(calls).reduce((sum, count) => sum + count, 0);

  it("an invalidation is one, however many tags and entries there are", async () => {
    const { now } = testClock();
    const plain = sharedStore(now);
    const removing: Backend<unknown> = {
      ...plain,
      supports: { ...plain.supports, removeMany: { max: 1_000 } },
      removeMany: (keys) => Promise.all(keys.map((key) => plain.remove(key))),
    };
    const store = faulty(removing);
    const { index, put } = tagged(store, { now });
    const tags = Array.from({ length: 100 }, (_, n) => `tag${n}`);
    for (const tag of tags) await put(tag, 1, [tag, "all"]);
    const before = trips(store);
    await index.invalidate(["all"]);
    expect(trips(store) - before).toBe(1);
    await index.invalidate(tags);
    expect(trips(store) - before).toBe(2);
  });

  it("records travel with the entry, and the stamps of a load are known then", async () => {
    const { now } = testClock();
    const store = faulty(sharedStore(now));
    const { index, put, tier } = tagged(store, { now });
    await put("a", 1, ["x", "y"]);
    const before = trips(store);
    const reading = tier.get("a");
    const records = index.ahead(["x", "y"]);
    const entry = (await reading) as never;
    expect(await index.accepts(entry, records)).toBe(true);
    await index.stamp(["x", "y"], LIFE, records);
    expect(trips(store) - before).toBe(1);
  });

  it("a hit in a coherent first tier needs none, and no promise", async () => {
    const { now } = testClock();
    const store = faulty(sharedStore(now, { changes: "told" }));
    const here = tagged(compose(memory({ maxEntries: 10, now }), cacheBackend(store, { now }), { now }), {
      now,
    });
    const there = tagged(store, { now });
    await here.put("a", 1, ["x", "y"]);
    const before = trips(store);
    const entry = here.tier.peek("a") as never;
    expect(here.index.accepts(entry)).toBe(true);
    expect(here.index.stamp(["x", "y"], LIFE)).not.toBeInstanceOf(Promise);
    expect(trips(store) - before).toBe(0);
    await there.index.invalidate(["y"]);
    expect(await here.index.accepts(entry)).toBe(false);
  });
});

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let turn = 0; !(await holds()); turn++) {
    if (turn > 1_000) throw new Error("never");
    await new Promise(setImmediate);
  }
}
