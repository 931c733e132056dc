import { expect, test } from "vitest";
import { circles } from "../checks/circles.mjs";
import { lines } from "../checks/lines.mjs";
import { problemsOf, prose } from "../checks/prose.mjs";
import { excesses, pruned } from "../checks/ratchet.mjs";
import { fragment, titles } from "../checks/titles.mjs";

const source = (name: string, text: string) => ({ path: `packages/a/src/${name}.ts`, text });

test("files that import each other are found, types included, and comments are not read", () => {
  const files = [
    source("one", 'import { two } from "./two.ts";'),
    source("two", 'import type { Three } from "./in/three.ts";\n// import "./nothing.ts"'),
    source("in/three", 'export { one } from "../one.ts";'),
    source("four", 'import { one } from "./one.ts";'),
  ];
  expect(circles(files)).toEqual([
    { path: "packages/a/src/in/three.ts", problem: "imports itself, through ../one.ts" },
    { path: "packages/a/src/one.ts", problem: "imports itself, through two.ts" },
    { path: "packages/a/src/two.ts", problem: "imports itself, through in/three.ts" },
  ]);
});

test("lines of more than 110 characters are found", () => {
  const files = [source("one", `${"x".repeat(110)}\n// ${"x".repeat(108)}`)];
  expect(lines(files)).toEqual([
    { path: "packages/a/src/one.ts", line: 2, problem: "111 characters; at most 110" },
  ]);
});

test.each([
  "answers with nothing older than a change",
  "a set is seen by every reader",
  "when the server is away, a read fails at once",
  "the cache waits",
])("the title %j is a sentence", (title) => {
  expect(fragment(title)).toBeUndefined();
});

test.each([
  "of a client by sentinels",
  "nor while connections are killed",
  "a part of a split entry",
  "works",
])("the title %j is a fragment", (title) => {
  expect(fragment(title)).toBeTypeOf("string");
});

test("titles are read from tests, tables of tests included", () => {
  const text =
    'test.each(list(1))("of one", () => {});\n\nit(\n  `in two`,\n  () => {});\nconst it = "of three";';
  expect(
    titles([{ path: "a/test/a.test.ts", text }]).map((title: { readonly line: number }) => title.line),
  ).toEqual([1, 3]);
});

const PLAIN = "The cache stores a value when the loader has ended. If a set fails, the entry is removed. ";

test("plain English passes, and each rule of it is counted", () => {
  expect(problemsOf(PLAIN.repeat(10))).toEqual([]);
  const [first] = problemsOf(PLAIN.repeat(10) + "It is what it is. ".repeat(2));
  expect(first).toMatch(/^"what" \d+\.\d times in 1,000 words/);
  expect(problemsOf(PLAIN.repeat(10) + "How it is done. ".repeat(2))[0]).toMatch(/^9 % of sentences begin/);
  expect(problemsOf(PLAIN.repeat(10) + "It is there where it was. ".repeat(30))[0]).toMatch(
    /^"where" 30 times/,
  );
  expect(problemsOf(PLAIN.repeat(10) + `${"so on and ".repeat(10)}on. `.repeat(5))[0]).toMatch(
    /under 28 words/,
  );
});

test("prose is that of comments and of pages, without their code", () => {
  const page = `# What\n\n${PLAIN.repeat(10)}\n\n\`\`\`ts\nwhat(what, what);\n\`\`\`\n\n| what | what |\n`;
  const comment = `/**\n * ${PLAIN.repeat(10)}\n * @example\n * what(what);\n */`;
  const comments = `${comment}\nconst what = "what"; // biome-ignore what`;
  const files = [{ path: "packages/a/README.md", text: page }, source("one", comments)];
  expect(prose(files)).toEqual([]);
  const bad = [...files, source("two", "// It is what it is. What is it?")];
  expect(prose(bad)[0]).toMatchObject({ path: "packages/a/src" });
});

test("each page counts for itself, with the long cells of its tables", () => {
  const plain = { path: "docs/plain.md", text: PLAIN.repeat(30) };
  const row = "| `what` | what is kept of what was there |\n".repeat(3);
  const table = `| a | b |\n| --- | --- |\n| a | is no part of the next cell |\n`.repeat(20);
  const bad = { path: "docs/bad.md", text: `${PLAIN.repeat(10)}\n\n${table}${row}` };
  expect(prose([plain, bad])).toEqual([
    { path: "docs/bad.md", problem: expect.stringContaining('"what"') },
    { path: "docs/bad.md", problem: expect.stringContaining("begin with What") },
  ]);
});

const problem = (path: string) => ({ path, line: 3, problem: "is wrong" });

test("problems beyond the allowed number are told, and an allowance that nobody needs is one", () => {
  const found = { lines: [problem("a.ts"), problem("a.ts"), problem("b.ts")] };
  expect(excesses(found, { lines: { "a.ts": 2, "b.ts": 1 } })).toEqual([]);
  expect(excesses(found, { lines: { "a.ts": 1, "b.ts": 1, "c.ts": 1, "d.ts": 2 } })).toEqual([
    "a.ts:3: is wrong (lines; 2 problems, 1 are allowed)",
    "a.ts:3: is wrong (lines; 2 problems, 1 are allowed)",
    "c.ts and 1 more: allowed, and without a problem; run node tools/check-sources.mjs --prune (lines)",
  ]);
});

test("allowances are lowered, and never raised", () => {
  const found = { lines: [problem("a.ts"), problem("b.ts"), problem("b.ts")] };
  expect(pruned(found, { lines: { "a.ts": 2, "b.ts": 1, "c.ts": 1 } })).toEqual({
    lines: { "a.ts": 1, "b.ts": 1 },
  });
});
