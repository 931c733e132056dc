import { expect, test } from "vitest";
import { countsOf, failuresOf } from "../steps/vitest.mjs";

const numbers = { numPassedTests: 3, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0 };
const file = { status: "passed", assertionResults: [{ status: "passed" }] };

test("a good run is counted as it is", () => {
  const report = { ...numbers, testResults: [file] };
  expect(countsOf(report, 0)).toEqual({ passed: 3, failed: 0, skipped: 0 });
});

test("skipped tests and todos count as skipped", () => {
  const report = { ...numbers, numPendingTests: 2, numTodoTests: 1, testResults: [file] };
  expect(countsOf(report, 0).skipped).toBe(3);
});

test("a file that does not load is a failure", () => {
  const broken = { status: "failed", assertionResults: [] };
  expect(countsOf({ ...numbers, testResults: [file, broken, broken] }, 1).failed).toBe(2);
});

test("a bad end is a failure, with or without a report", () => {
  expect(countsOf({ ...numbers, testResults: [file] }, 1).failed).toBe(1);
  expect(countsOf(undefined, 1)).toEqual({ passed: 0, failed: 1, skipped: 0 });
});

test("what failed is told by file, test and the beginning of its error", () => {
  const message = ["\u001b[31mexpected 2\u001b[39m", ...Array.from({ length: 50 }, () => "at line")].join(
    "\n",
  );
  const assertionResults = [
    { status: "passed", fullName: "adds" },
    { status: "failed", fullName: "subtracts", failureMessages: [message] },
  ];
  const [failure, ...others] = failuresOf({ testResults: [{ name: "/a/sum.test.ts", assertionResults }] });
  expect(others).toEqual([]);
  expect(failure?.split("\n").slice(0, 2)).toEqual(["/a/sum.test.ts > subtracts", "  expected 2"]);
  expect(failure?.split("\n").length).toBeLessThan(20);
});

test("a file that does not load is told by what it failed with", () => {
  const broken = { name: "/a/sum.test.ts", message: "no such module", assertionResults: [] };
  expect(failuresOf({ testResults: [broken] })).toEqual(["/a/sum.test.ts\n  no such module"]);
  expect(failuresOf(undefined)).toEqual([]);
});
