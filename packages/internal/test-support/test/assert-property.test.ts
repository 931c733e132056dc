import fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { assertProperty } from "../src/index.ts";

beforeEach(() => {
  for (const name of ["SEED", "RUNS", "SHRINK", "KEEP_SEEDS"]) vi.stubEnv(name, undefined);
});
afterEach(() => void vi.unstubAllEnvs());

async function casesOf(runs?: number): Promise<number[]> {
  const cases: number[] = [];
  const property = fc.property(fc.nat(), (value) => void cases.push(value));
  await assertProperty(property, runs === undefined ? {} : { runs });
  return cases;
}

const failing = fc.asyncProperty(fc.array(fc.nat()), async (list) => {
  if (list.length > 3) throw new Error("broken law: lists are short");
});

test("a property is played with the same cases every time", async () => {
  expect(await casesOf()).toEqual(await casesOf());
  expect(await casesOf()).toHaveLength(100);
});

test("SEED chooses other cases, and RUNS multiplies their number", async () => {
  const cases = await casesOf(10);
  vi.stubEnv("SEED", "2");
  vi.stubEnv("RUNS", "3");
  const others = await casesOf(10);
  expect(others).toHaveLength(30);
  expect(others.slice(0, 10)).not.toEqual(cases);
});

test("a failure tells the error, the smallest case and the command that plays that case again", async () => {
  const message = await assertProperty(failing).then(String, ({ message }: Error) => message);
  expect(message).toMatch(/^broken law: lists are short\n/);
  expect(message).toContain("[[0,0,0,0]]");
  const file = "packages/internal/test-support/test/assert-property.test.ts";
  const [command, path] =
    new RegExp(`SEED=1:([\\d:]+) npx vitest run ${file} -t "\\^a failure.*"`).exec(message) ?? [];
  expect(command).toBeDefined();
  vi.stubEnv("SEED", `1:${path}`);
  await expect(assertProperty(failing)).rejects.toThrow(
    "after 1 random cases; the smallest that fails (found in 0 steps)",
  );
});

test("SHRINK=no reports the first case that fails, and looks for no smaller one", async () => {
  vi.stubEnv("SHRINK", "no");
  await expect(assertProperty(failing)).rejects.toThrow("(found in 0 steps)");
});

test("a path without a seed is refused", async () => {
  vi.stubEnv("SEED", ":2");
  await expect(casesOf()).rejects.toThrow('SEED must be "seed" or "seed:path"; got ":2".');
});
