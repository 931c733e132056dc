import { expect, test } from "vitest";
import type { Sample } from "../src/drive.ts";
import { meanScanMs, percentile, type Run, saving, table } from "../src/report.ts";

function sample(source: string, latencyMs: number, serviceMs: number, scanMs?: number): Sample {
  return { source, latencyMs, serviceMs, scanMs, degraded: undefined };
}

const RUN: Run = {
  title: "run",
  wallMs: 1_000,
  samples: [
    sample("upstream", 12, 10, 8),
    sample("cities.memory", 0.5, 0.25),
    sample("cities.memory", 0.1, 0.25),
    sample("cities.memory", 0.3, 0.25),
    sample("cities.lmdb", 1, 1.25),
  ],
};

test("a percentile is the smallest value that so many do not exceed", () => {
  const hundred = Array.from({ length: 100 }, (_, index) => index + 1);
  expect([50, 99, 100].map((percentage) => percentile(hundred, percentage))).toEqual([50, 99, 100]);
  expect(percentile([7], 99)).toBe(7);
  expect(percentile([], 50)).toBeUndefined();
});

test("the table has a row for each source, also for one that never answered", () => {
  expect(table(RUN, ["cities.memory", "cities.redis", "upstream"])).toEqual([
    "  source          count    share        p50        p99",
    "  cities.memory       3   60.0 %    0.30 ms    0.50 ms",
    "  cities.redis        0    0.0 %          -          -",
    "  upstream            1   20.0 %   12.00 ms   12.00 ms",
    "  cities.lmdb         1   20.0 %    1.00 ms    1.00 ms",
  ]);
});

test("the saving is what the requests took, against a scan for each of them", () => {
  expect(meanScanMs(RUN.samples)).toBe(8);
  // 5 × 8 ms against 10 + 3 × 0.25 + 1.25 = 12 ms.
  expect(saving(RUN, 8)).toBe(
    "saving: 70.0 % of the time. Without a cache 5 scans of 8.00 ms = 0.0 s; with it the service took 0.0 s in all",
  );
});

test("where nothing was scanned, the saving is not guessed", () => {
  expect(meanScanMs([sample("cities.memory", 1, 1)])).toBeUndefined();
  expect(saving(RUN, undefined)).toContain("not known");
});
