import { readFile, rm } from "node:fs/promises";
import { stripVTControlCharacters } from "node:util";
import { pnpm, ROOT } from "../pnpm.mjs";

/**
 * Runs the test files whose path contains one of `filters` (none: all of them) on this very Node. `mode` is
 * one of vitest.config.ts; default: the quick tests. Resolves with
 * `{ status, output, counts: { passed, failed, skipped }, failures }`; a todo counts as skipped.
 */
export async function vitest(filters, environment, { mode = "test" } = {}) {
  // Two modes may run at once.
  const file = `.cache/vitest-${mode}.json`;
  await rm(`${ROOT}/${file}`, { force: true });
  const ended = await pnpm(
    [
      "exec",
      process.execPath,
      "node_modules/vitest/vitest.mjs",
      "run",
      `--mode=${mode}`,
      "--allowOnly=false",
      "--reporter=default",
      "--reporter=json",
      `--outputFile.json=${file}`,
      ...filters,
    ],
    { environment, output: "inherit" },
  );
  const told = await report(file);
  return { ...ended, counts: countsOf(told, ended.status), failures: failuresOf(told) };
}

async function report(file) {
  const text = await readFile(`${ROOT}/${file}`, "utf8").catch(() => undefined);
  return text === undefined ? undefined : JSON.parse(text);
}

/**
 * Counts of vitest's JSON report; a file that could not be loaded is a failure, and so is any other bad end.
 */
export function countsOf(report, status) {
  if (report === undefined) return { passed: 0, failed: 1, skipped: 0 };
  const { numPassedTests: passed, numPendingTests, numTodoTests, numFailedTests, testResults } = report;
  const broken = testResults.filter(({ status, assertionResults }) => {
    return status === "failed" && !assertionResults.some((test) => test.status === "failed");
  });
  const failed = numFailedTests + broken.length;
  return {
    passed,
    failed: status === 0 ? failed : Math.max(failed, 1),
    skipped: numPendingTests + numTodoTests,
  };
}

/**
 * What failed, a text each: file, test and the beginning of its error. In a long log it is found at the end.
 */
export function failuresOf(report) {
  return (report?.testResults ?? []).flatMap(({ name, message, assertionResults }) => {
    const file = name?.replace(`${ROOT}/`, "");
    const tests = assertionResults.filter(({ status }) => status === "failed");
    if (tests.length === 0) return message ? [`${file}\n${beginning(message)}`] : [];
    return tests.map((test) => `${file} > ${test.fullName}\n${beginning(test.failureMessages.join("\n"))}`);
  });
}

const beginning = (message) =>
  stripVTControlCharacters(message)
    .split("\n")
    .slice(0, 12)
    .map((line) => `  ${line.slice(0, 300)}`)
    .join("\n");
