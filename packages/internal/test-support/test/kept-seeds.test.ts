import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { KeptSeeds } from "../src/index.ts";

test("seeds that failed are kept in a file beside the test, once each, by the number of the case", () => {
  const folder = mkdtempSync(join(tmpdir(), "hitbox-seeds-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const seeds = new KeptSeeds(join(folder, "sum.test.ts"));
  expect(seeds.list()).toEqual([]);
  seeds.add({ seed: 5, path: "12:0:3" });
  seeds.add({ seed: 5, path: "12:1" });
  seeds.add({ seed: -7, path: undefined });
  expect(seeds.list()).toEqual([
    { seed: 5, path: "12" },
    { seed: -7, path: undefined },
  ]);
  expect(readFileSync(join(folder, "sum.seeds.json"), "utf8")).toBe('[\n  "5:12",\n  "-7"\n]\n');
});
