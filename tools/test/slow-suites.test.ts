import { expect, test } from "vitest";
import { SLOW, slownessOf, testFiles } from "../suites.mjs";

test("every entry of the list of slow suites is the entry of a file", () => {
  const used = new Set(testFiles().map(slownessOf));
  expect(SLOW.filter((_, place) => !used.has(SLOW.length - place))).toEqual([]);
});

test("a suite earlier in the list is slower, and one that is not in the list is not slow", () => {
  const [slowest, slow] = [/compressors/, /installed/].map((name) =>
    slownessOf(testFiles().find((path) => name.test(path)) ?? ""),
  );
  expect(slowest).toBeGreaterThan(slow ?? 0);
  expect(slow).toBeGreaterThan(slownessOf("tools/test/slow-suites.test.ts"));
});
