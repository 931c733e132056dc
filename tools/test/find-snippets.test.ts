import { expect, test } from "vitest";
import { fromDocstrings } from "../snippets/from-docstrings.ts";
import { fromMarkdown } from "../snippets/from-markdown.ts";
import { exportsOf, impliedImports } from "../snippets/implied-imports.ts";

const block = (info: string, code = "a;"): string => ["text", `\`\`\`${info}`, code, "```", ""].join("\n");

test("a ts block of a README is a snippet, with the line on which its code begins", () => {
  const found = fromMarkdown("README.md", block("sh") + block("ts", "one;\ntwo;"));
  expect(found).toEqual([
    { file: "README.md", line: 7, code: "one;\ntwo;", origin: "markdown", mode: "run" },
  ]);
});

test("a block marked no-run is compiled only, and a sketch in docs/ is neither", () => {
  expect(fromMarkdown("README.md", block("ts no-run"))[0]?.mode).toBe("compile");
  expect(fromMarkdown("docs/how-it-works/design.md", block("ts sketch"))).toEqual([]);
});

test("a block of a tab in docs/ may have a name", () => {
  expect(fromMarkdown("docs/start/quick-start.md", block("ts [Memory over Redis]"))[0]?.mode).toBe("run");
  expect(fromMarkdown("docs/start/quick-start.md", block("ts no-run [SQLite]"))[0]?.mode).toBe("compile");
});

test.each([
  ["README.md", "typescript"],
  ["README.md", "ts [Memory]"],
  ["README.md", "js"],
  ["README.md", "ts sketch"],
  ["docs/how-it-works/design.md", "ts norun"],
])("in %s a block of %s cannot escape the tests", (file, info) => {
  expect(() => fromMarkdown(file, block(info))).toThrow(`${file}:2`);
});

test("an @example runs to the next tag or to the end of its comment", () => {
  const text = [
    "",
    "/**",
    " * Text.",
    " * @example",
    " * one();",
    " * two();",
    " * @throws Error",
    " */",
  ].join("\n");
  expect(fromDocstrings("a.ts", `${text}\n/** @internal */`)).toEqual([
    { file: "a.ts", line: 5, code: "one();\ntwo();", origin: "docstring", mode: "run" },
  ]);
  expect(() => fromDocstrings("a.ts", "/** @example one(); */")).toThrow("a.ts");
});

test("an @example gets the names that it uses and does not declare, its own package first", () => {
  const code =
    'import { test } from "node:test";\nconst text = memory({ label: "json" }).label; // hashed\ntest(a.brotli);';
  const implied = impliedImports(code, [
    ["@hitbox/memory", ["memory", "frozen"]],
    ["@hitbox/core", ["memory", "text", "test", "json", "hashed", "brotli"]],
  ]);
  expect(implied).toBe('import { memory } from "@hitbox/memory"; ');
});

test("types that it uses are imported as types, and what it declares itself is not imported", () => {
  const exports = exportsOf(
    'export { json, type JsonOptions } from "./json.ts";\nexport type { Format } from "./f.ts";',
  );
  expect(exports).toEqual(["json", "type JsonOptions", "type Format"]);
  const implied = impliedImports("interface Format { readonly options: JsonOptions }", [
    ["@hitbox/core", exports],
  ]);
  expect(implied).toBe('import { type JsonOptions } from "@hitbox/core"; ');
});
