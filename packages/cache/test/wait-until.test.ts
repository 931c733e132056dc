import { type CacheOptions, createCache, type ErrorMessage } from "@hitbox/cache";
import { compose } from "@hitbox/composition";
import { faulty } from "@hitbox/conformance";
import { type CacheValue, cacheBackend } from "@hitbox/core";
import { memory } from "@hitbox/memory";
import { describe, expect, it, vi } from "vitest";
import { testClock } from "./support/clock.ts";
import { gate, settled } from "./support/gate.ts";
import { heard } from "./support/heard.ts";
import { sharedStore } from "./support/shared-store.ts";

// Background work is handed to the platform by `waitUntil`, and `idle` waits for it.

function open(options: Partial<CacheOptions> = {}) {
  const clock = testClock();
  const { now } = clock;
  const store = faulty(sharedStore(now));
  const far = cacheBackend(store, { now });
  const backend = compose(memory({ maxEntries: 100, now }), far, { now });
  const work: Promise<unknown>[] = [];
  const waitUntil = vi.fn((one: Promise<unknown>) => void work.push(one));
  const windows = { ttl: "1m", staleWhileRevalidate: "1m" };
  const cache = createCache({ backend, ...windows, waitUntil, now, ...options });
  return { cache, far, store, waitUntil, work, ...clock };
}

async function isOver(work: Promise<unknown>): Promise<boolean> {
  const over = vi.fn();
  void work.then(over);
  await settled();
  return over.mock.calls.length > 0;
}

describe("waitUntil", () => {
  it("is given a refresh, which ends when its value has been stored", async () => {
    const { advance, cache, far, waitUntil, work } = open();
    await cache.set("a", 1);
    advance(60_000);
    const loading = gate<number>();
    expect(await cache.getOrSet("a", () => loading.opened)).toBe(1);
    expect(waitUntil).toHaveBeenCalledTimes(1);
    expect(await isOver(Promise.all(work))).toBe(false);
    loading.open(2);
    await Promise.all(work);
    expect((await far.get("a"))?.data).toBe(2);
  });

  it("is given one load once, however many wait, and each function of a call for itself", async () => {
    const { advance, cache, waitUntil } = open({ lease: false });
    await cache.set("a", 1);
    advance(60_000);
    const own = vi.fn();
    const load = () => 2;
    const call = (options = {}) => cache.getOrSet("a", load, options);
    await Promise.all([call(), call(), call({ waitUntil: own })]);
    expect(waitUntil).toHaveBeenCalledTimes(1);
    await cache.idle();
    advance(60_000);
    await call({ waitUntil: own });
    expect(own).toHaveBeenCalledTimes(1);
    expect(waitUntil).toHaveBeenCalledTimes(1);
  });

  it("is given nothing if callers wait for everything", async () => {
    const { cache, waitUntil } = open();
    await cache.getOrSet("a", () => 1);
    await cache.getOrSet("a", () => 1);
    await cache.set("b", 1);
    await cache.get("c");
    expect(waitUntil).not.toHaveBeenCalled();
  });

  it("is not given a refresh that has ended by the time its caller leaves it", async () => {
    const { advance, cache, waitUntil } = open();
    await cache.set("a", 1);
    advance(60_000);
    const loading = gate<number>();
    const load = () => loading.opened;
    await cache.getOrSet("a", load);
    const own = vi.fn();
    const joined = cache.getOrSet("a", load, { staleWhileRevalidate: 0, waitUntil: own });
    loading.open(2);
    expect(await joined).toBe(2);
    expect(own).not.toHaveBeenCalled();
    expect(waitUntil).toHaveBeenCalledTimes(1);
  });

  it("is given promises that never reject", async () => {
    const { advance, cache, work } = open();
    await cache.set("a", 1);
    advance(60_000);
    await cache.getOrSet("a", () => Promise.reject(new Error("away")));
    expect(work).toHaveLength(1);
    await expect(Promise.all(work)).resolves.toEqual([undefined]);
  });

  it("is given further keys of a loader of many", async () => {
    const { cache, work } = open();
    await cache.getOrSetMany(
      ["a"],
      () =>
        new Map([
          ["a", 1],
          ["b", 2],
        ]),
    );
    await settled();
    await Promise.all(work);
    expect(await cache.get("b")).toBe(2);
    expect(work).toHaveLength(1);
  });

  it("may throw: the call goes on, and the error is reported", async () => {
    const waitUntil = () => {
      throw new Error("the request is over");
    };
    const { advance, cache } = open({ waitUntil });
    const errors = heard<ErrorMessage>("error");
    await cache.set("a", 1);
    advance(60_000);
    expect(await cache.getOrSet("a", () => 2)).toBe(1);
    expect(errors).toMatchObject([{ operation: "waitUntil", key: "a" }]);
    await cache.idle();
    expect(await cache.get("a")).toBe(2);
  });

  it("must be a function", async () => {
    expect(() => open({ waitUntil: true as never })).toThrow(/^waitUntil must be a function/);
  });
});

describe("idle", () => {
  it("resolves at once if nothing is under way", async () => {
    const { cache } = open();
    await cache.idle();
    await cache.set("a", 1);
    await cache.idle();
  });

  it("waits for a refresh, and for the work that begins meanwhile", async () => {
    const { advance, cache } = open();
    await cache.set("a", 1);
    advance(60_000);
    const loadings = [gate<number>(), gate<number>()];
    await cache.getOrSet("a", () => loadings[0]?.opened as Promise<number>);
    const idle = cache.idle();
    const other = cache.namespace("other").idle();
    const second = cache.getOrSet("b", () => loadings[1]?.opened as Promise<number>);
    loadings[0]?.open(2);
    expect(await isOver(idle)).toBe(false);
    loadings[1]?.open(3);
    await Promise.all([idle, other, second]);
    expect(await cache.getMany(["a", "b"])).toEqual([2, 3]);
  });

  it("waits for changes, and for reads that nobody waits for", async () => {
    const { cache, far } = open();
    void cache.set("a", 1);
    await cache.idle();
    expect((await far.get("a"))?.data).toBe(1);
    const { createdAt, expiresAt } = (await far.get("a")) as CacheValue<unknown>;
    await far.set("b", { data: 2, createdAt, expiresAt });
    expect(cache.getSync("b")).toBeUndefined();
    await Promise.all([cache.idle(), cache.idle()]);
    expect(cache.getSync("b")).toBe(2);
  });
});
