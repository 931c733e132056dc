import { expect, test } from "vitest";
import type { TestSpecification, Vitest } from "vitest/node";
import { SlowestFirst } from "../slowest-first.ts";
import { attentiveSuites, sharingSuites } from "../suites.mjs";

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

test("no file that counts timers shares a process with files that may leave some", () => {
  const sharing = sharingSuites();
  expect(sharing.filter((path) => /interleavings|never-settles|test\/timeouts/.test(path))).toEqual([
    "packages/composition/test/coherent-interleavings.test.ts",
    "packages/composition/test/wrapped-interleavings.test.ts",
  ]);
});
