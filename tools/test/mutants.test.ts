import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { EQUIVALENT, isEquivalent } from "../mutants/equivalent.mjs";
import { mutantsOf } from "../mutants/operators.mjs";
import { checkScores, higher, tableOf } from "../mutants/scores.mjs";
import { sourcesOf, TARGETS } from "../mutants/targets.mjs";
import { ROOT } from "../pnpm.mjs";

const changes = (source: string) =>
  mutantsOf(source).map(({ operator, apply }) => [operator, apply()] as const);

test("a guard is removed, and its check inverted", () => {
  const source = "function f(a: number): void {\n  if (a < 2) return;\n}\n";
  expect(changes(source)).toEqual([
    ["guard removed", source.replace("a < 2", "false")],
    ["check inverted", source.replace("a < 2", "a >= 2")],
  ]);
  expect(mutantsOf(source)[0]?.line).toBe(2);
});

test("statements are removed and swapped with the next one, other than declarations and returns", () => {
  const found = changes("async function f() { one(); await two(); const c = 1; return c; }");
  expect(found.filter(([operator]) => operator !== "await removed")).toEqual([
    ["statement removed", "async function f() { ; await two(); const c = 1; return c; }"],
    ["order swapped", "async function f() { await two(); one(); const c = 1; return c; }"],
    ["statement removed", "async function f() { one(); ; const c = 1; return c; }"],
  ]);
});

test("assignments that call nothing are not swapped", () => {
  const found = mutantsOf("function f() { this.a = a; this.b = b; this.c = c(); }");
  expect(found.filter(({ operator }) => operator === "order swapped").map(({ from }) => from)).toEqual([
    "this.b = b; this.c = c();",
  ]);
});

test("each side of a condition is dropped, a negation removed, and types are left alone", () => {
  const found = changes("const a = (b as string | undefined) && !c ? d : e;").map(([, code]) => code);
  expect(found).toEqual([
    "const a = !((b as string | undefined) && !c) ? d : e;",
    "const a = b as string | undefined ? d : e;",
    "const a = !c ? d : e;",
    "const a = (b as string | undefined) && c ? d : e;",
  ]);
});

const outcome = (caughtBy?: { file: string; test: string }) => ({
  file: "a.ts",
  line: 3,
  operator: "guard removed",
  from: "a | b",
  to: "false",
  caughtBy,
});
const results = [
  { target: "core", outcomes: [outcome({ file: "a.test.ts", test: "waits" }), outcome(), outcome()] },
];

test("a score that is lower than the recorded one is a problem, a higher one is not", () => {
  expect(checkScores(results, {})).toEqual({ scores: { core: 33.3 }, problems: [] });
  expect(checkScores(results, { core: 33.4 }).problems).toEqual([
    "core: tests notice 33.3 % of the mutants; it was 33.4 %",
  ]);
});

test("recorded scores only go up", () => {
  expect(higher({ core: 80, cache: 70 }, { core: 79, cache: 71, redis: 60 })).toEqual({
    core: 80,
    cache: 71,
    redis: 60,
  });
});

test("the table shows first which mutants no test has noticed", () => {
  const [title, , , , first, , last] = tableOf(results).split("\n");
  expect(title).toBe("## core: 33.3 % of 3");
  expect(first).toBe("| a.ts:3 guard removed | `a \\| b` | `false` | **no test** |");
  expect(last).toContain("a.test.ts > waits");
});

test.each(TARGETS)("the sources of $name are where they are said to be", (target) => {
  expect(sourcesOf(target).length).toBeGreaterThan(0);
});

test("a mutant is known as equivalent by its file and change, wherever the line has moved", () => {
  const known = { file: "a.ts", operator: "guard removed", from: "a && b", to: "false", reason: "both are" };
  const mutant = { ...known, line: 7, from: "a &&\n  b" };
  expect(isEquivalent(mutant, [known])).toBe(true);
  expect(isEquivalent({ ...mutant, to: "true" }, [known])).toBe(false);
  expect(isEquivalent({ ...mutant, file: "b.ts" }, [known])).toBe(false);
});

test("each mutant that is listed as equivalent is one, and says why", () => {
  for (const known of EQUIVALENT) {
    const { file } = known;
    const mutants = mutantsOf(readFileSync(join(ROOT, file), "utf8")).map((found) => ({ file, ...found }));
    expect(
      mutants.filter((mutant) => isEquivalent(mutant, [known])),
      known.from,
    ).not.toEqual([]);
    expect(known.reason).toMatch(/^[A-Z].*\.$/);
  }
});
