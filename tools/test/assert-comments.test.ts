import { expect, test } from "vitest";
import { assertComments } from "../snippets/assert-comments.ts";

test.each([
  ['key.text; // "user:v3:id=42"', 'equal(key.text, "user:v3:id=42");'],
  ['(await get("k"))?.data; // { a: [1, 2] }', 'equal((await get("k"))?.data, { a: [1, 2] });'],
  ["  console.log(count); // 42", "  equal(count, 42);"],
  ["const found = await get(); // undefined", "const found = await get(); equal(found, undefined);"],
  ["const n: number = one(); // 1", "const n: number = one(); equal(n, 1);"],
])("%s becomes an assertion", (line, assertion) => {
  expect(assertComments(line, "equal")).toBe(assertion);
});

test.each([
  "await cache.close(); // releases the connection",
  "cache.get(key); // hit",
  "const tier = memory({ maxEntries: 10 }); // ten entries",
  'import { a } from "b"; // "c"',
  "return x; // 1",
  'const url = "redis://localhost:6379";',
  "total; // 1 or 2",
])("%s stays as it is", (line) => {
  expect(assertComments(line, "equal")).toBe(line);
});

test("the last line of a longer statement stays as it is", () => {
  const code = ["const all = [", "  one,", "].length; // 1", "all; // 1"].join("\n");
  expect(assertComments(code, "equal").split("\n").slice(2)).toEqual(["].length; // 1", "equal(all, 1);"]);
});
