import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { quickly } from "../src/quickly.ts";

beforeEach(() => void vi.stubEnv("PLAYED", undefined));
afterEach(() => void vi.unstubAllEnvs());

test("the quick tests play the first rows of a table, and the long tests all", () => {
  vi.stubEnv("RUNS", "1");
  expect(quickly([1, 2, 3], 2)).toEqual([1, 2]);
  vi.stubEnv("RUNS", "10");
  expect(quickly([1, 2, 3], 2)).toEqual([1, 2, 3]);
});

test("right after the quick tests, the long tests play the other rows, or all if there are no others", () => {
  vi.stubEnv("PLAYED", "quick");
  vi.stubEnv("RUNS", "1");
  expect(quickly([1, 2, 3], 2)).toEqual([1, 2]);
  vi.stubEnv("RUNS", "10");
  expect(quickly([1, 2, 3], 2)).toEqual([3]);
  expect(quickly([1, 2], 2)).toEqual([1, 2]);
});
