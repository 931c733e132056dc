import { afterEach, expect, test, vi } from "vitest";
import { quickly } from "../src/quickly.ts";

afterEach(() => void vi.unstubAllEnvs());

test("the quick tests play the first rows of a table, and the long tests all", () => {
  vi.stubEnv("RUNS", "1");
  expect(quickly([1, 2, 3], 2)).toEqual([1, 2]);
  vi.stubEnv("RUNS", "10");
  expect(quickly([1, 2, 3], 2)).toEqual([1, 2, 3]);
});
