import { expect, test } from "vitest";
import type { TestSpecification, Vitest } from "vitest/node";
import { SlowestFirst } from "../slowest-first.ts";
import { attentiveSuites, engineSuites, sharingSuites } from "../suites.mjs";

const context = {
  config: { root: "/repository" },
  cache: { getFileTestResults: () => undefined, getFileStats: () => ({ size: 1 }) },
} as unknown as Vitest;

const specification = (path: string, isolate: boolean): TestSpecification =>
  ({
    moduleId: `/repository/${path}`,
    project: { name: "", config: { isolate, sequence: { groupOrder: 0 } } },
  }) as never;

test("files that hear what their process says are the first in a process that files share", async () => {
  const sharing = sharingSuites();
  const attentive = attentiveSuites().find((path) => sharing.includes(path)) ?? "";
  const other = sharing.find((path) => path.includes("redis/test/conformance")) ?? "";
  const files = [other, attentive].map((path) => specification(path, false));
  const sorted = await new SlowestFirst(context).sort([...files, specification("apart", true)]);
  const paths = sorted.map(({ moduleId }) => moduleId.slice("/repository/".length));
  expect(paths).toEqual(["apart", attentive, other]);
});

test("no file that counts timers shares a process with files that have servers", () => {
  const counts = /(?<!coherent-|wrapped-)interleavings|never-settles|test\/timeouts/;
  expect(sharingSuites().filter((path) => counts.test(path))).toEqual([]);
  const engine = engineSuites();
  expect(engine.filter((path) => counts.test(path)).length).toBeGreaterThan(4);
  expect(engine.filter((path) => /redis|postgres/.test(path))).toEqual([]);
});
