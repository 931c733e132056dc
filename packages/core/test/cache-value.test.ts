import { cacheValue, freshness } from "@hitbox/core";
import { describe, expect, test } from "vitest";

const now = () => 1_000;

describe("cacheValue", () => {
  test("counts ttl and stale from the moment of creation", () => {
    expect(cacheValue("a", { ttl: 500, stale: 200, now })).toEqual({
      data: "a",
      createdAt: 1_000,
      staleAt: 1_200,
      expiresAt: 1_500,
      tags: undefined,
    });
    expect(cacheValue("a", { ttl: 500, createdAt: 7 }).expiresAt).toBe(507);
  });

  test("takes absolute times as they are", () => {
    expect(cacheValue("a", { staleAt: 5, expiresAt: 9, now })).toMatchObject({ staleAt: 5, expiresAt: 9 });
  });

  test("never expires without a ttl, and with Infinity", () => {
    expect(cacheValue("a", { now }).expiresAt).toBeUndefined();
    expect(cacheValue("a", { ttl: Number.POSITIVE_INFINITY, now }).expiresAt).toBeUndefined();
  });

  test("keeps a ttl of decades, and rounds a fraction up", () => {
    expect(cacheValue("a", { ttl: 3_000_000_000_000, now }).expiresAt).toBe(3_000_000_001_000);
    expect(cacheValue("a", { ttl: 0.2, now }).expiresAt).toBe(1_001);
  });

  test("carries the time of its load, if it was loaded", () => {
    expect(cacheValue("a", { loadMs: 0 }).loadMs).toBe(0);
    expect(cacheValue("a", { loadMs: 2 ** 32 - 1 }).loadMs).toBe(2 ** 32 - 1);
    expect(cacheValue("a").loadMs).toBeUndefined();
  });

  test("keeps its own copy of the tags", () => {
    const tags = ["a"];
    const value = cacheValue("a", { tags });
    tags.push("b");
    expect(value.tags).toEqual(["a"]);
  });

  test.each([
    [{ ttl: -1 }, /^ttl must be milliseconds, 0 or more; got -1/],
    [{ ttl: Number.NaN }, /^ttl .*got NaN/],
    [{ ttl: "5m" as never }, /^ttl .*got a string/],
    [{ ttl: 1, expiresAt: 5 }, /^expiresAt cannot be given together with ttl; got 5/],
    [{ stale: 1, staleAt: 5 }, /^staleAt cannot be given together with stale/],
    [{ expiresAt: 1.5 }, /^expiresAt must be whole epoch milliseconds; got 1.5/],
    [{ createdAt: Number.NaN }, /^createdAt/],
    [{ ttl: Number.MAX_VALUE }, /^ttl/],
    [{ loadMs: -1 }, /^loadMs must be a whole number from 0 to 4,294,967,295; got -1/],
    [{ loadMs: 1.5 }, /^loadMs must be a whole number/],
    [{ loadMs: 2 ** 32 }, /^loadMs must be a whole number/],
    [{ tags: ["ok", 5 as never] }, /^tags must be .*got 5/],
    [{ tags: ["\ud800"] }, /^tags/],
    [{ tags: "users" as never }, /^tags/],
    [{ ttL: 1_000 } as never, /^cacheValue: `ttL` is not an option; did you mean `ttl`\?/],
    [{ now: 5 as never }, /^now must be a function/],
  ])("refuses %o with a TypeError that names the option", (options, message) => {
    expect(() => cacheValue("a", options)).toThrow(TypeError);
    expect(() => cacheValue("a", options)).toThrow(message);
  });
});

describe("freshness", () => {
  test.each([
    [99, "fresh"],
    [100, "stale"],
    [199, "stale"],
    [200, "expired"],
    [201, "expired"],
  ] as const)("is, at %i of stale 100 and expiry 200, %s", (at, state) => {
    expect(freshness({ staleAt: 100, expiresAt: 200 }, at)).toBe(state);
  });

  test("is expired whatever the stale mark says", () => {
    expect(freshness({ staleAt: 300, expiresAt: 200 }, 250)).toBe("expired");
  });

  test("is fresh for ever without times", () => {
    expect(freshness({}, Number.MAX_SAFE_INTEGER)).toBe("fresh");
  });
});
