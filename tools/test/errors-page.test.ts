import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { BackendError, type ErrorCode } from "@hitbox/core";
import { expect, test } from "vitest";
import { sourceFiles } from "../checks/source-files.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const page = readFileSync(join(ROOT, "docs/reference/errors.md"), "utf8");

/** The rows of the table between two marks of the page, without its head. */
function rows(mark: string): string[][] {
  const [, table = ""] = page.split(new RegExp(`<!-- /?${mark} -->`));
  const lines = table.trim().split("\n").slice(2);
  return lines.map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.replaceAll("`", "").trim()),
  );
}

test("the page of errors has every code, and whether it is worth a retry", () => {
  const source = readFileSync(join(ROOT, "packages/core/src/backend-error.ts"), "utf8");
  const [, union = ""] = /export type ErrorCode =([^;]+);/.exec(source) ?? [];
  const codes = [...union.matchAll(/"([a-z-]+)"/g)].map(([, code = ""]) => code as ErrorCode);
  const expected = codes.map((code) => [code, new BackendError(code, "").retryable ? "yes" : "no"]);
  expect(expected.length).toBeGreaterThan(5);
  expect(rows("codes").map(([code, , retryable]) => [code, retryable])).toEqual(expected);
});

test("the page of errors has every code of a warning", () => {
  const sources = sourceFiles().filter(({ path }) => /^packages\/(?!internal\/).*\/src\/.*\.ts$/.test(path));
  const named = sources.flatMap(({ text }) => text.match(/HITBOX_[A-Z]+(?:_[A-Z]+)*(?=["`:,])/g) ?? []);
  const codes = new Set(named.filter((code) => !["HITBOX_HEADER", "HITBOX_STORE"].includes(code)));
  expect(
    rows("warnings")
      .map(([code = ""]) => code)
      .sort(),
  ).toEqual([...codes].sort());
});
