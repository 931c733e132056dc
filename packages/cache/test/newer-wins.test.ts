import { type Cache, createCache, type LoadMessage } from "@hitbox/cache";
import { compose } from "@hitbox/composition";
import {
  type Backend,
  cacheBackend,
  type DeleteStatus,
  type MaybePromise,
  type StoredValue,
} from "@hitbox/core";
import { memory } from "@hitbox/memory";
import { describe, expect, it, vi } from "vitest";
import { testClock } from "./support/clock.ts";
import { gate, settled } from "./support/gate.ts";
import { heard } from "./support/heard.ts";
import { sharedStore } from "./support/shared-store.ts";

const CHANGES: readonly (readonly [string, (cache: Cache) => Promise<unknown>, unknown])[] = [
  ["a delete", (cache) => cache.delete("a"), undefined],
  ["a delete of many", (cache) => cache.deleteMany(["b", "a"]), undefined],
  ["a newer set", (cache) => cache.set("a", "newer"), "newer"],
  ["a newer set of many", (cache) => cache.setMany([["a", "newer"]]), "newer"],
  ["a newer set that is not to be stored", (cache) => cache.set("a", "newer", { ttl: 0 }), undefined],
  ["an invalidation of its tag", (cache) => cache.invalidateTags(["t"]), undefined],
  ["a clear", (cache) => cache.clear(), undefined],
];

describe.each(CHANGES)("%s during a load wins", (_, change, left) => {
  it("in one process", async () => {
    const { now, advance } = testClock();
    const backend = compose(memory({ maxEntries: 10, now }), sharedStore(now), { now });
    const cache = createCache({ backend, ttl: "1m", tags: ["t"], now });
    const outcomes = heard<LoadMessage>("load");
    const loading = gate<string>();
    const answer = cache.getOrSet("a", () => loading.opened);
    await settled();
    advance(1);
    await change(cache);
    loading.open("older");
    expect(await answer).toBe("older");
    expect(outcomes).toMatchObject([{ outcome: "outdated" }]);
    expect(await cache.get("a")).toBe(left);
  });

  it("and who asks after it does not join that load", async () => {
    const { now, advance } = testClock();
    const cache = createCache({ backend: sharedStore(now), ttl: "1m", tags: ["t"], lease: false, now });
    const loading = gate<string>();
    const answer = cache.getOrSet("a", () => loading.opened);
    await settled();
    advance(1);
    await change(cache);
    advance(1);
    expect(await cache.getOrSet("a", () => "loaded later")).toBe(left ?? "loaded later");
    loading.open("older");
    expect(await answer).toBe("older");
    expect(await cache.get("a")).toBe(left ?? "loaded later");
  });

  it("in another process, over a backend with leases", async () => {
    const { now, advance } = testClock();
    const store = sharedStore(now);
    const [here, there] = [0, 1].map(() =>
      createCache({ backend: cacheBackend(store, { now }), ttl: "1m", tags: ["t"], now }),
    ) as [Cache, Cache];
    const outcomes = heard<LoadMessage>("load");
    const loading = gate<string>();
    const answer = here.getOrSet("a", () => loading.opened);
    await settled();
    advance(1);
    await change(there);
    advance(1);
    loading.open("older");
    expect(await answer).toBe("older");
    for (const cache of [here, there]) expect(await cache.get("a")).toBe(left);
    // A tag says so when it is read, all others when it is stored.
    expect(outcomes).toHaveLength(1);
  });

  it("during a refresh in the background", async () => {
    const { now, advance } = testClock();
    const cache = createCache({
      backend: sharedStore(now),
      ttl: "1m",
      staleWhileRevalidate: "1h",
      tags: ["t"],
      now,
    });
    await cache.set("a", "first");
    advance(60_001);
    const loading = gate<string>();
    expect(await cache.getOrSet("a", () => loading.opened)).toBe("first");
    await settled();
    await change(cache);
    advance(1);
    const load = vi.fn(() => "loaded later");
    expect(await cache.getOrSet("a", load)).toBe(left ?? "loaded later");
    loading.open("older");
    await settled();
    expect(await cache.get("a")).toBe(left ?? "loaded later");
  });
});

it("a delete while a stale value is being read leaves nothing of it", async () => {
  const { now, advance } = testClock();
  const store = memory({ maxEntries: 10, now });
  const reading = gate();
  const read = async (key: string): Promise<StoredValue<unknown> | undefined> => {
    const stored = await store.read(key);
    await reading.opened;
    return stored;
  };
  const remove = (key: string): MaybePromise<DeleteStatus> => store.remove(key);
  const write = (key: string, value: StoredValue<unknown>): MaybePromise<void> => store.write(key, value);
  const supports = { ...store.supports, lease: false };
  const cache = createCache({
    backend: { ...store, supports, read, remove, write },
    ttl: "1m",
    staleWhileRevalidate: "1h",
    now,
  });
  await cache.set("a", "first");
  advance(60_001);
  const load = vi.fn(() => "second");
  const answer = cache.getOrSet("a", load);
  await settled();
  await cache.delete("a");
  reading.open();
  expect(await answer).toBe("first");
  await settled();
  expect(load).not.toHaveBeenCalled();
  expect(await cache.get("a")).toBeUndefined();
});

it("tags that the loader names are looked at too", async () => {
  const { now, advance } = testClock();
  const cache = createCache({ backend: sharedStore(now), ttl: "1m", now });
  const loading = gate<string>();
  const answer = cache.getOrSet("a", ({ setTags }) => {
    setTags(["t"]);
    return loading.opened;
  });
  await settled();
  await cache.invalidateTags(["t"]);
  advance(1);
  expect(await cache.getOrSet("a", () => "newer")).toBe("newer");
  loading.open("older");
  expect(await answer).toBe("older");
  expect(await cache.get("a")).toBe("newer");
});

it("a change of one key leaves the loads of others alone", async () => {
  const cache = createCache({ backend: sharedStore(Date.now), ttl: "1m", lease: false });
  const loading = gate<string>();
  const answer = cache.getOrSet("a", () => loading.opened, { tags: ["t"] });
  const other = cache.namespace("n").getOrSet("a", () => loading.opened);
  await settled();
  await cache.delete("b");
  await cache.invalidateTags(["other"]);
  await cache.namespace("n").delete("b");
  loading.open("loaded");
  await Promise.all([answer, other]);
  expect(await cache.get("a")).toBe("loaded");
  expect(await cache.namespace("n").get("a")).toBe("loaded");
});

describe("who asks after a change was done gets no answer from before it", () => {
  type Ask = (cache: Cache) => Promise<unknown>;
  const asks: readonly (readonly [string, Ask])[] = [
    ["getOrSet", (cache) => cache.getOrSet("a", () => "loaded")],
    ["getOrSetMany", async (cache) => (await cache.getOrSetMany(["a"], () => ["loaded"]))[0]],
  ];
  const changes: readonly (readonly [string, Ask, string])[] = [
    ["set", (cache) => cache.set("a", "newer"), "newer"],
    ["delete", (cache) => cache.delete("a"), "loaded"],
    ["clear", (cache) => cache.clear(), "loaded"],
  ];
  const pairs = asks.flatMap(([how, ask]) =>
    changes.map(([what, change, answer]) => ({ how, ask, what, change, answer })),
  );

  /** Two who ask for a key that had an older value: before the end of a change of it, and after. */
  async function around(change: Ask, ask: Ask, later: Ask = async () => {}): Promise<unknown[]> {
    const { now, advance } = testClock();
    const store = sharedStore(now);
    const [reads, changes] = [gate(), gate()];
    let isSlow = false;
    const slow = {
      ...store,
      async read(key: string) {
        const found = await store.read(key);
        if (isSlow) await reads.opened;
        return found;
      },
      async write(key: string, value: StoredValue<unknown>) {
        if (isSlow) await changes.opened;
        await store.write(key, value);
      },
      async remove(key: string) {
        await changes.opened;
        return store.remove(key);
      },
      async clear() {
        await changes.opened;
        await store.clear?.();
      },
    };
    const cache = createCache({ backend: cacheBackend(slow, { now }), ttl: "1m", lease: false, now });
    await cache.set("a", "older");
    isSlow = true;
    advance(1);
    const changed = change(cache);
    const before = ask(cache);
    await settled();
    isSlow = false;
    changes.open();
    await changed;
    const after = ask(cache);
    const last = later(cache);
    reads.open();
    await last;
    return Promise.all([before, after]);
  }

  it.each(pairs)("$how that joins a read begun during a $what", async ({ ask, change, answer }) => {
    expect(await around(change, ask)).toEqual([answer, answer]);
  });

  it.each(pairs)("$how that does, though a delete has come since: $what", async ({ ask, change }) => {
    const answers = await around(change, ask, (cache) => cache.delete("a"));
    expect(answers).not.toContain("older");
  });

  it("nor a stale value in place of a load that fails", async () => {
    const { now, advance } = testClock();
    const store = sharedStore(now);
    const [removing, loading] = [gate(), gate<string>()];
    const slow = {
      ...store,
      async remove(key: string) {
        await removing.opened;
        return store.remove(key);
      },
    };
    const backend = cacheBackend(slow, { now });
    const cache = createCache({ backend, ttl: 1_000, staleIfError: "1h", lease: false, now });
    await cache.set("a", "older");
    advance(1_500);
    const removed = cache.delete("a");
    const before = cache.getOrSet("a", () => loading.opened);
    await settled();
    removing.open();
    await removed;
    const after = cache.getOrSet("a", () => "another");
    loading.fail(new Error("upstream"));
    await expect(after).rejects.toThrow("upstream");
    await before.catch(() => {});
  });

  it("nor what came with a lease", async () => {
    const { now } = testClock();
    const store = sharedStore(now) as Required<Backend<unknown>>;
    const [writing, removing, leasing, leased] = [gate(), gate(), gate(), gate()];
    const slow = {
      ...store,
      async write(key: string, value: StoredValue<unknown>) {
        await writing.opened;
        return store.write(key, value);
      },
      async remove(key: string) {
        await removing.opened;
        return store.remove(key);
      },
      async lease(key: string, ms: number) {
        await leasing.opened;
        const lease = await store.lease(key, ms);
        await leased.opened;
        return lease;
      },
    };
    const cache = createCache({ backend: cacheBackend(slow, { now }), ttl: "1m", now });
    const set = cache.set("a", "older");
    const removed = cache.delete("a");
    const before = cache.getOrSet("a", () => "loaded");
    await settled();
    writing.open();
    await set;
    leasing.open();
    await settled();
    removing.open();
    await removed;
    const after = cache.getOrSet("a", () => "another");
    leased.open();
    expect(await after).toBe("loaded");
    expect(await before).toBe("loaded");
  });

  it("nor where another change waits behind the one that is done", async () => {
    const { now, advance } = testClock();
    const store = sharedStore(now);
    const [read, first, second] = [gate(), gate(), gate()];
    const writes = [gate(), first, second];
    writes[0]?.open();
    let isSlow = false;
    const slow = {
      ...store,
      async read(key: string) {
        const found = await store.read(key);
        if (isSlow) await read.opened;
        return found;
      },
      async write(key: string, value: StoredValue<unknown>) {
        await writes.shift()?.opened;
        await store.write(key, value);
      },
    };
    const cache = createCache({ backend: cacheBackend(slow, { now }), ttl: "1m", lease: false, now });
    await cache.set("a", "older");
    advance(1);
    const newer = cache.set("a", "newer");
    const newest = cache.set("a", "newest");
    isSlow = true;
    const before = cache.getOrSet("a", () => "loaded");
    await settled();
    isSlow = false;
    first.open();
    await newer;
    const after = cache.getOrSet("a", () => "loaded");
    read.open();
    expect(await after).toBe("newer");
    expect(await before).toBe("newer");
    second.open();
    await newest;
    expect(await cache.getOrSet("a", () => "loaded")).toBe("newest");
  });
});
