import fc from "fast-check";
import { expect, it } from "vitest";
import { pattern } from "../src/pattern.ts";

const LETTERS = fc.string({ unit: fc.constantFrom("a", "b", "*"), maxLength: 8 });

it("accepts the keys that a regular expression of the pattern accepts", () => {
  fc.assert(
    fc.property(LETTERS, fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 8 }), (text, key) => {
      const wanted = new RegExp(`^${text.replaceAll("*", ".*")}$`).test(key);
      expect(pattern(text).accepts(key)).toBe(wanted);
      if (wanted) expect(key.startsWith(pattern(text).start)).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});
