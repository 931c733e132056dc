import { assertProperty } from "@hitbox/test-support";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { keyspace, startingWith } from "../src/entries/keyspace.ts";

const awkward = fc.string({ unit: fc.constantFrom(":", "::", "a", "ab", "\0", "é", "*", "%"), maxLength: 8 });
const prefixes = awkward.filter((prefix) => prefix !== "" && !prefix.includes("::") && !prefix.endsWith(":"));

describe("prefix", () => {
  it("keeps different prefixes apart, whatever their keys hold", async () => {
    await assertProperty(
      fc.property(prefixes, awkward, prefixes, awkward, (prefix, key, other, otherKey) => {
        const same = keyspace(prefix) + key === keyspace(other) + otherKey;
        expect(same).toBe(prefix === other && key === otherKey);
      }),
      { runs: 1_000 },
    );
  });

  it("puts no key of one prefix into another's space", async () => {
    await assertProperty(
      fc.property(prefixes, prefixes, awkward, (prefix, other, key) => {
        expect((keyspace(other) + key).startsWith(keyspace(prefix))).toBe(prefix === other);
      }),
      { runs: 1_000 },
    );
  });

  it.each(["", ":", "a:", "a::b", "::", "\ud800", 7, null])("refuses %j", (prefix) => {
    expect(() => keyspace(prefix as string)).toThrow(/^prefix must .*; got /);
    expect(() => keyspace(prefix as string)).toThrow(TypeError);
  });

  it("escapes every character that has a meaning in a pattern", () => {
    expect(startingWith("a*b?c[d]e\\f^g-h::")).toBe("a\\*b\\?c\\[d\\]e\\\\f\\^g\\-h::*");
  });
});
