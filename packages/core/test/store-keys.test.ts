import { anyCharacter, assertProperty } from "@hitbox/test-support";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { keyCodec } from "../src/store/key-codec.ts";
import type { StoreKeys } from "../src/store/store.ts";

const RULES: Readonly<Record<string, StoreKeys>> = {
  "without rules": {},
  "within a prefix": { prefix: "app:" },
  "of visible ASCII and 250 bytes": { allowed: /[!-~]/, maxBytes: 250, prefix: "app:" },
  "of letters, digits and =": { allowed: /[\w=-]/, escape: "=", prefix: "app-" },
  "with an escape that is special in a class": { allowed: /[\w\]^-]/, escape: "]" },
};
const keys = fc.oneof(
  fc.string({ unit: anyCharacter(fc), maxLength: 40 }),
  fc.string({
    unit: fc.constantFrom("%", "=", "]", "2", "5", "~", "a", "é", "😀", ":", "\ud800"),
    maxLength: 12,
  }),
  fc.string({ unit: "grapheme", minLength: 100, maxLength: 300 }),
);

describe.each(Object.entries(RULES))("keys %s", (_, rules) => {
  const codec = keyCodec(rules);

  it("are other keys in the store for other keys, and obey its rules", async () => {
    await assertProperty(
      fc.property(keys, keys, (a, b) => {
        const [inStore, other] = [codec.toStore(a), codec.toStore(b)];
        expect(inStore === other).toBe(a === b);
        expect(inStore.startsWith(rules.prefix ?? "")).toBe(true);
        const { allowed, maxBytes = Infinity, prefix = "" } = rules;
        expect(Buffer.byteLength(inStore)).toBeLessThanOrEqual(maxBytes);
        for (const character of inStore.slice(prefix.length))
          if (allowed) expect(character === (rules.escape ?? "%") || allowed.test(character)).toBe(true);
      }),
    );
  });

  it("come back as they were, but for hashes, and begin as their beginnings do", async () => {
    await assertProperty(
      fc.property(keys, fc.nat(10), (key, length) => {
        const inStore = codec.toStore(key);
        const back = codec.fromStore(inStore);
        if (back === undefined) return;
        expect(back).toBe(key);
        const start = [...key].slice(0, length).join("");
        expect(inStore.startsWith(codec.startInStore(start))).toBe(true);
      }),
    );
  });
});

it("a long key is hashed, but for a store that lists keys: there it is over the limit", () => {
  const rules = { maxBytes: 100, allowed: /[\w%-]/ };
  const long = "é".repeat(60);
  expect(Buffer.byteLength(keyCodec(rules).toStore(long))).toBeLessThanOrEqual(100);
  expect(keyCodec(rules).maxKeyBytes).toBeUndefined();
  expect(keyCodec(rules, true).maxKeyBytes).toBe(33);
  expect(keyCodec({ maxBytes: 100 }, true).maxKeyBytes).toBe(98);
});

it("a key of another space is none", () => {
  expect(keyCodec({ prefix: "app:" }).fromStore("other:key")).toBeUndefined();
});

it.each([
  [{ maxBytes: 40 }, /^keys\.prefix leaves less than 45 bytes/],
  [{ maxBytes: 60, prefix: "a-long-prefix-of-a-service:" }, /^keys\.prefix leaves less than 45 bytes/],
  [{ escape: "ab" }, /^keys\.escape must be one character/],
  [{ allowed: /[a-z%]/ }, /^keys\.allowed must allow 0-9, A-F/],
  [{ allowed: /[\w.]/ }, /^keys\.escape must be a character that `allowed` matches/],
  [{ allowed: /[\dA-F%]/, maxBytes: 250 }, /^keys\.allowed must allow A-Z a-z 0-9 _ -/],
  [{ allowed: "a-z" }, /^keys\.allowed must be a regular expression/],
  [{ prefix: "\ud800" }, /^keys\.prefix must be a string/],
])("refuses the rules %j", (rules, message) => {
  expect(() => keyCodec(rules as never)).toThrow(message);
});
