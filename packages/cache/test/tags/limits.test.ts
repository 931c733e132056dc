import { faulty } from "@hitbox/conformance";
import { cacheValue } from "@hitbox/core";
import { memory } from "@hitbox/memory";
import { describe, expect, it } from "vitest";
import { namesOf, stampsOf } from "../../src/tags/entry-tags.ts";
import { tagIndex } from "../../src/tags/make-tag-index.ts";
import { checkTagCount, checkTagNames, MOST_TAGS } from "../../src/tags/tag-names.ts";
import { sharedStore } from "../support/shared-store.ts";
import { tagged } from "./support/tagged.ts";

const many = (count: number): string[] => Array.from({ length: count }, (_, n) => `tag${n}`);

describe("names of tags", () => {
  it.each([[""], ["%none"], ["\ud800"], ["x".repeat(257)], ["ä".repeat(129)], [7 as never]])(
    "%j is refused with a TypeError",
    (name) => {
      expect(() => checkTagNames([name])).toThrow(TypeError);
    },
  );

  it("are at most 256 bytes long, and none is repeated", () => {
    const longest = "ä".repeat(128);
    expect(checkTagNames(["x", longest, "x"])).toEqual(["x", longest]);
  });

  it("are at most 64 for an entry, unless the option says otherwise", () => {
    expect(checkTagCount(many(64), MOST_TAGS)).toHaveLength(64);
    expect(() => checkTagCount(many(65), MOST_TAGS)).toThrow(/tags must be at most 64 .* got 65/);
    expect(checkTagCount(many(65), 65)).toHaveLength(65);
    const index = (maxTags: number) => (): unknown => tagged(memory({ maxEntries: 1 }), { maxTags }).index;
    expect(index(0)).toThrow(/maxTags must be a whole number/);
    expect(tagIndex).toBeTypeOf("function");
  });
});

describe("a stored entry with more tags than any entry may have", () => {
  it.each([65, 500, 32_767])(
    "is invalid with %i of them, and none of its records is looked up",
    async (count) => {
      const store = faulty(sharedStore(Date.now));
      const { index } = tagged(store);
      const entry = cacheValue(1, { tags: [...many(count), ...many(count).map(() => "%=AAAAAAAA")] });
      expect(index.accepts(entry)).toBe(false);
      expect(store.calls.read + store.calls.readMany).toBe(0);
      expect(tagged(memory({ maxEntries: 1 })).index.accepts(entry)).toBe(false);
    },
  );

  it("counts the caller's tags only: 64 of them with spaces, marks and stamps are valid", async () => {
    for (const store of [sharedStore(Date.now), memory({ maxEntries: 10 })]) {
      const { put, read } = tagged(store);
      const tags = [...many(64), "%space:a", "%space:a:b", "%none", "%v3"];
      await put("a", 1, tags);
      expect(await read("a")).toBe(1);
    }
  });
});

it("the tags of an entry are told apart: the caller's, the cache's, and stamps", () => {
  const tags = ["x", "y", "%space:s", "%none", "%=1", "%=2", "%=3"];
  expect(namesOf(tags)).toEqual(["x", "y"]);
  expect(namesOf(undefined)).toEqual([]);
  expect(stampsOf(tags)).toEqual(["%=1", "%=2", "%=3"]);
  expect(stampsOf(["x"])).toEqual([]);
});
