import { handClock, settle, testCache } from "@hitbox/cache/testing";
import { compose } from "@hitbox/composition";
import { memory } from "@hitbox/memory";
import { afterEach, describe, expect, it, vi } from "vitest";

const backend = (now: () => number) => memory({ maxEntries: 100, now });

afterEach(() => void vi.useRealTimers());

describe("a hand clock", () => {
  it("stands still until it is moved, by milliseconds or a text", () => {
    const clock = handClock(1_000);
    expect([clock.now(), clock.now()]).toEqual([1_000, 1_000]);
    clock.advance(1);
    clock.advance("1m");
    expect(clock.now()).toBe(61_001);
  });

  it("is given around without its object", () => {
    const { now, advance } = handClock(0);
    advance(5);
    expect(now()).toBe(5);
  });

  it.each([-1, 0.5, "soon", Number.POSITIVE_INFINITY])("does not move by %o", (wrong) => {
    const clock = handClock();
    expect(() => clock.advance(wrong as never)).toThrow(TypeError);
  });

  it.each([-1, 0.5, Number.NaN])("does not start at %o", (wrong) => {
    expect(() => handClock(wrong)).toThrow(/^start must be/);
  });
});

describe("a cache of a test", () => {
  it("has its time from the clock, and so has its backend", async () => {
    const { cache, clock } = testCache({ backend, ttl: "1m", staleWhileRevalidate: "1m" });
    await cache.set("key", 1);
    expect(await cache.lookup("key")).toMatchObject({ status: "fresh", age: 0 });
    clock.advance("1m");
    expect(await cache.lookup("key")).toMatchObject({ status: "stale", age: 60_000 });
    clock.advance("1m");
    expect(await cache.lookup("key")).toMatchObject({ status: "miss" });
  });

  it("can share its time and its store with another", async () => {
    const clock = handClock();
    const shared = memory({ maxEntries: 100, now: clock.now, label: "shared" });
    const tiers = (now: () => number) => compose(backend(now), shared, { now });
    const one = testCache({ backend: tiers, clock, ttl: "1m" }).cache;
    const other = testCache({ backend: tiers, clock, ttl: "1m" }).cache;
    await one.set("key", 1);
    expect(await other.get("key")).toBe(1);
    clock.advance("1m");
    expect(await one.get("key")).toBeUndefined();
    expect(await other.get("key")).toBeUndefined();
  });

  it.each([undefined, {}, { backend: memory({ maxEntries: 1 }), ttl: 1 }, { backend, ttl: 1, ttx: 1 }])(
    "is refused with the options %#",
    (wrong) => {
      expect(() => testCache(wrong as never)).toThrow(TypeError);
    },
  );

  it("takes no other time than the clock's", () => {
    const options = { backend, ttl: 1, now: Date.now };
    expect(() => testCache(options as never)).toThrow(/now.*clock/);
  });
});

describe("settle", () => {
  it.each(["real", "fake"] as const)("lets a refresh end under %s timers", async (timers) => {
    if (timers === "fake") vi.useFakeTimers();
    const { cache, clock } = testCache({ backend, ttl: "1m", staleWhileRevalidate: "1h" });
    await cache.set("key", 1);
    clock.advance("2m");
    expect(await cache.getOrSet("key", async () => 2)).toBe(1);
    await settle();
    expect(await cache.get("key")).toBe(2);
  });

  it("moves no timer that a test has faked", async () => {
    vi.useFakeTimers();
    let isOver = false;
    setTimeout(() => {
      isOver = true;
    }, 0);
    await settle();
    expect(isOver).toBe(false);
  });
});
