import { cacheKey, keyText, parseKeyText } from "@hitbox/core";
import { assertProperty } from "@hitbox/test-support";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { keyFields } from "./support/arbitrary-key.ts";

describe("a key's text", () => {
  test("is prefix, version and parts", () => {
    expect(cacheKey("user", { id: 42 }, { version: 3 }).text).toBe("user:v3:id=42");
    expect(cacheKey("user", [["id", 42], ["active"]]).text).toBe("user:id=42&active");
  });

  test("omits an empty prefix and version 0", () => {
    expect(cacheKey("", { id: 42 }).text).toBe("id=42");
    expect(cacheKey("", {}, { version: 3 }).text).toBe("v3");
    expect(cacheKey("user").text).toBe("user");
  });

  test("tells look-alikes apart", () => {
    const texts = [
      cacheKey("v3"),
      cacheKey("", {}, { version: 3 }),
      cacheKey("", { v3: undefined }),
      cacheKey("flag"),
      cacheKey("", { flag: undefined }),
      cacheKey("", { flag: "" }),
      cacheKey("user", { id: "1&admin" }),
      cacheKey("user", [["id", "1"], ["admin"]]),
      cacheKey("user:v1"),
      cacheKey("user", {}, { version: 1 }),
      cacheKey("user", { v1: undefined }),
      cacheKey("user", { "": undefined }),
      cacheKey("user%3Av1"),
      cacheKey("\ud800"),
      cacheKey("%uD800"),
      cacheKey("\ufffd"),
    ].map(({ text }) => text);
    expect(new Set(texts).size).toBe(texts.length);
  });

  test("reads back as the key that it was made of, and is well-formed", async () => {
    await assertProperty(
      fc.property(keyFields, (fields) => {
        const text = keyText(fields);
        expect(parseKeyText(text)).toEqual(fields);
        expect(text.isWellFormed()).toBe(true);
      }),
      { runs: 1_000 },
    );
  });

  test("differs where the keys differ", async () => {
    await assertProperty(
      fc.property(keyFields, keyFields, (one, other) => {
        expect(keyText(one) === keyText(other)).toBe(JSON.stringify(one) === JSON.stringify(other));
      }),
      { runs: 1_000 },
    );
  });

  test("takes the order of parts as part of the key", () => {
    expect(cacheKey("k", { a: 1, b: 2 }).text).not.toBe(cacheKey("k", { b: 2, a: 1 }).text);
  });
});

describe("a key that cannot be", () => {
  test.each([
    ["an empty key", () => cacheKey(""), /^key must have a prefix/],
    ["a version out of range", () => cacheKey("k", {}, { version: -1 }), /^version must be .*got -1/],
    [
      "a misspelt option",
      () => cacheKey("k", {}, { versoin: 3 } as never),
      /^cacheKey: `versoin` is not an option; did you mean `version`\? Options: version\.$/,
    ],
    ["a fractional version", () => cacheKey("k", {}, { version: 1.5 }), /^version/],
    ["a part that is no scalar", () => cacheKey("k", { at: new Date(0) as never }), /^part at must be/],
    ["a part that is null", () => cacheKey("k", { at: null as never }), /^part at must be .*got null/],
    ["a part that is NaN", () => cacheKey("k", { at: Number.NaN }), /^part at must be .*got NaN/],
    ["a prefix that is no string", () => cacheKey(7 as never), /^prefix must be a string; got 7/],
  ])("%s is a TypeError that names what was wrong", (_, make, message) => {
    expect(make).toThrow(TypeError);
    expect(make).toThrow(message);
  });
});
