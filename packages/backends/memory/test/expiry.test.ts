import { type CacheBackend, cacheBackend, cacheValue } from "@hitbox/core";
import { type MemoryBackend, type MemoryOptions, memory } from "@hitbox/memory";
import { assertProperty } from "@hitbox/test-support";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

/** A tier with a clock that is moved by hand. */
function tier(options: MemoryOptions): {
  readonly store: MemoryBackend;
  readonly backend: CacheBackend;
  readonly clock: { at: number };
  readonly set: (key: string, ttl?: number) => void;
} {
  const clock = { at: 1_000_000_000_000 };
  const now = (): number => clock.at;
  const store = memory({ now, ...options });
  const backend = cacheBackend(store, { now });
  const set = (key: string, ttl?: number): void => {
    backend.set(key, cacheValue(key, ttl === undefined ? { now } : { ttl, now }));
  };
  return { store, backend, clock, set };
}

/** The keys that a store has, expired or not. */
function keysIn(store: MemoryBackend, keys: string): string {
  return [...keys].filter((key) => store.read(key) !== undefined).join("");
}

describe("expired entries", () => {
  test("are not counted by a delete", () => {
    const { backend, clock, set } = tier({ maxEntries: 2 });
    set("k", 5);
    clock.at += 5;
    expect(backend.delete("k")).toEqual({ status: "missing" });
  });

  test.each([{ maxEntries: 4 }, { maxBytes: 1_500 }])("leave before live ones do, with %o", (options) => {
    const { store, clock, set } = tier(options);
    for (const key of "abcd") set(key, key === "c" ? 10 : 1_000);
    store.read("c");
    clock.at += 10;
    set("e");
    expect(keysIn(store, "abcde")).toBe("abde");
    set("f");
    expect(keysIn(store, "abdef")).toBe("bdef");
    expect(store.stats().evictions).toBe(1);
  });

  test("leave all, if so much room is needed", () => {
    const { store, backend, clock, set } = tier({ maxBytes: 4_000 });
    for (const key of "abcdefg") set(key, "abc".includes(key) ? undefined : 10);
    clock.at += 10;
    backend.set("large", cacheValue("x".repeat(2_600)));
    expect(keysIn(store, "abcdefg")).toBe("abc");
    expect(store.stats().evictions).toBe(0);
  });

  test("stay while there is room, and make none for an entry that takes the place of another", () => {
    const { store, clock, set } = tier({ maxEntries: 3 });
    for (const key of "abc") set(key, 10);
    clock.at += 10;
    set("b");
    expect(keysIn(store, "abc")).toBe("abc");
  });

  test("make no live one leave if they were replaced or deleted meanwhile", () => {
    const { store, backend, clock, set } = tier({ maxEntries: 3 });
    for (const key of "abc") set(key, 10);
    set("a", 1_000);
    backend.delete("b");
    set("b", 1_000);
    clock.at += 10;
    set("d");
    expect(keysIn(store, "abcd")).toBe("abd");
  });

  test("leave first in any order of sets, deletes, ends and evictions", async () => {
    const step = fc.record({
      key: fc.constantFrom(..."abcdefghij"),
      action: fc.constantFrom("set", "set", "set", "delete", "read"),
      ttl: fc.constantFrom(5, 10, 50, 1_000, undefined),
      pass: fc.nat(12),
    });
    await assertProperty(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const { store, backend, clock, set } = tier({ maxEntries: 4 });
        const ends = new Map<string, number>();
        for (const { key, action, ttl, pass } of steps) {
          clock.at += pass;
          const before = [...ends].filter(([held]) => store.read(held) !== undefined);
          const hasExpired = before.some(([held, end]) => held !== key && end <= clock.at);
          const { evictions } = store.stats();
          if (action === "delete") backend.delete(key);
          if (action === "set") {
            set(key, ttl);
            ends.set(key, ttl === undefined ? Number.POSITIVE_INFINITY : clock.at + ttl);
          }
          if (hasExpired) expect(store.stats().evictions).toBe(evictions);
          expect(store.stats().entries).toBeLessThanOrEqual(4);
        }
      }),
    );
  });

  test("leave no trace: a key that is set again and again takes no more room", () => {
    const { store, clock, set } = tier({ maxEntries: 10 });
    for (let index = 0; index < 100_000; index++) {
      clock.at += 1;
      set("key", 1_000_000);
    }
    expect(store.stats()).toMatchObject({ entries: 1, evictions: 0 });
  });
});

describe("a clock that is set back by an hour", () => {
  const HOUR = 3_600_000;

  test("makes no expired entry outlive a live one", () => {
    const { store, clock, set } = tier({ maxEntries: 3 });
    set("old", 1_000);
    set("other");
    clock.at -= HOUR;
    set("new", 10_000);
    store.read("old");
    clock.at += 1_000;
    set("last");
    expect(["old", "other", "new", "last"].filter((key) => store.read(key) !== undefined)).toEqual([
      ...["other", "new", "last"],
    ]);
  });

  test("makes no live entry leave as if it had expired", () => {
    const { store, clock, set } = tier({ maxEntries: 2 });
    clock.at -= HOUR;
    set("a", 1_000);
    set("b", 1_000);
    clock.at += 500;
    set("c", 1_000);
    expect(store.stats().evictions).toBe(1);
  });

  test("prolongs no lease", () => {
    const { store, clock } = tier({ maxEntries: 2 });
    expect(store.lease?.("key", 1_000)).toMatchObject({ granted: true });
    clock.at -= HOUR;
    expect(store.lease?.("key", 1_000)).toMatchObject({ granted: false });
    clock.at += 1_000;
    expect(store.lease?.("key", 1_000)).toMatchObject({ granted: true });
  });
});

test("a clock that differs from the writer's makes no live entry leave as if it had expired", () => {
  const store = memory({ maxEntries: 2 });
  const now = (): number => 1_000;
  const backend = cacheBackend(store, { now });
  for (const key of "abc") backend.set(key, cacheValue(key, { ttl: 5, now }));
  expect(store.stats().evictions).toBe(1);
});
