import { createCache, type LoadMessage } from "@hitbox/cache";
import { compose } from "@hitbox/composition";
import { type Backend, BackendError, type BackendWarning, cacheBackend, json } from "@hitbox/core";
import { memory } from "@hitbox/memory";
import { describe, expect, it, vi } from "vitest";
import { testClock } from "./support/clock.ts";
import { settled } from "./support/gate.ts";
import { heard } from "./support/heard.ts";
import { sharedStore } from "./support/shared-store.ts";

// A value that one tier can hold is kept there: JSON takes no Map, and memory with a limit no long text.

const MAP = new Map([["a", 1]]);
const LONG = "x".repeat(10_000);

describe.each(["leases", "no leases"] as const)("over a store with %s", (leases) => {
  function open(first: Parameters<typeof memory>[0]) {
    const { now, advance } = testClock();
    const told: BackendWarning[] = [];
    const store = sharedStore(now, { leases });
    const near = memory({ ...first, now });
    const backend = compose(near, store, { now });
    const onWarning = (warning: BackendWarning): void => void told.push(warning);
    const other = cacheBackend(store, { now });
    return { cache: createCache({ backend, ttl: "1m", now, onWarning }), near, other, told, advance };
  }

  /** A second tier that takes no Map, with an older value in both tiers. */
  async function jsonBelow() {
    const opened = open({ maxEntries: 10 });
    await opened.cache.set("key", "old");
    opened.advance(1);
    return opened;
  }

  /** A first tier that takes no long text, with an older value in both tiers. */
  async function smallAbove() {
    const opened = open({ maxEntries: 10, maxBytes: 4_000, format: json() });
    await opened.cache.set("key", "old");
    opened.advance(1);
    return opened;
  }

  it("a loaded value that the second tier can never hold is kept in the first, and loaded once", async () => {
    const { cache, other, told } = await jsonBelow();
    const loads = heard<LoadMessage>("load");
    const load = vi.fn(async () => MAP);
    expect(await cache.getOrSet("key", load, { mode: "reload" })).toEqual(MAP);
    expect(loads).toMatchObject([{ outcome: "stored", stored: ["memory>store.memory"] }]);
    expect(await cache.getOrSet("key", load)).toEqual(MAP);
    expect(load).toHaveBeenCalledTimes(1);
    expect(await other.get("key")).toBeUndefined();
    expect(told).toEqual([]);
    const found = await cache.lookup("new", load);
    expect(found).toMatchObject({ status: "miss", stored: true });
    expect(found.tiers).toContainEqual(
      expect.objectContaining({ tier: "memory>store.store", status: "error" }),
    );
  });

  it.each(["set", "setMany"] as const)("%s keeps a value in the first tier alone, for good", async (how) => {
    const { cache, other } = await jsonBelow();
    const retries = heard("retry");
    if (how === "set") await cache.set("key", MAP);
    else
      await cache.setMany<unknown>([
        ["key", MAP],
        ["other", 1],
      ]);
    await settled();
    expect(await cache.get("key")).toEqual(MAP);
    expect(await other.get("key")).toBeUndefined();
    expect(retries).toEqual([]);
  });

  it("a value that the first tier can never hold is kept in the second", async () => {
    const { cache, near, other } = await smallAbove();
    const load = vi.fn(async () => LONG);
    expect(await cache.getOrSet("key", load, { mode: "reload" })).toBe(LONG);
    expect(near.read("key")).toBeUndefined();
    expect((await other.get("key"))?.data).toBe(LONG);
    expect(await cache.getOrSet("key", load)).toBe(LONG);
    expect(load).toHaveBeenCalledTimes(1);
    await cache.set("key", `${LONG}y`);
    expect(await cache.get("key")).toBe(`${LONG}y`);
  });

  it("a value that no tier can hold is warned of, and the old one stays", async () => {
    const { cache, told } = await jsonBelow();
    const load = async () => () => 1;
    await cache.getOrSet("other", load);
    expect(told).toMatchObject([{ code: "HITBOX_UNSTORED" }]);
    await expect(cache.set("key", () => 1)).rejects.toMatchObject({ code: "serialization" });
    expect(await cache.get("key")).toBe("old");
  });
});

it("the record of a tag is never kept in a first tier alone, where nobody could invalidate it", async () => {
  const store = sharedStore(Date.now, { leases: "leases", changes: "told" });
  const refuse = (key: string): void => {
    if (key.startsWith("%tag:")) throw new BackendError("too-large", "no records here");
  };
  const { write, writeFenced } = store;
  const picky: Backend<unknown> = {
    ...store,
    write: async (...args) => {
      refuse(args[0]);
      return write(...args);
    },
    writeFenced: async (...args) => {
      refuse(args[0]);
      return (await writeFenced?.(...args)) ?? false;
    },
  };
  const near = memory({ maxEntries: 10 });
  const backend = compose(near, picky);
  const cache = createCache({ backend, ttl: "1m", onWarning: () => {} });
  expect(await cache.getOrSet("a", () => 1, { tags: ["t"] })).toBe(1);
  expect(near.read("%tag:t")).toBeUndefined();
  expect(await cache.getOrSet("a", () => 2, { tags: ["t"] })).toBe(2);
});
