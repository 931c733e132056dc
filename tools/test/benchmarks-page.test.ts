import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { benchmarksPage } from "../bench/page.mjs";
import { ROOT } from "../pnpm.mjs";

const read = (path: string): string => readFileSync(join(ROOT, path), "utf8");

test("the page of the benchmarks shows the last measurements: node tools/bench-page.mjs writes it", () => {
  const results = JSON.parse(read("benchmarks/results/latest.json"));
  expect(read("docs/how-it-works/benchmarks.md")).toBe(benchmarksPage(results));
});

test("every measurement has one row, and a missed goal says so", () => {
  const results = JSON.parse(read("benchmarks/results/latest.json"));
  const rows = benchmarksPage(results).split("\n");
  for (const { name, met } of results.results as { name: string; met?: boolean }[]) {
    const found = rows.filter((row) => row.startsWith(`| ${name} | `));
    expect(found, name).toHaveLength(1);
    expect(found[0]?.includes("missed"), name).toBe(met === false);
  }
});
