import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { report } from "../src/program/report.ts";
import { EXIT, runProgram, USAGE } from "../src/program/run.ts";
import * as away from "./subjects/away.ts";

/** Runs the program on a module of `subjects/`. */
async function play(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const [stdout, stderr]: [string[], string[]] = [[], []];
  const into = (texts: string[]) => ({ write: (text: string) => texts.push(text) });
  const code = await runProgram(args, { stdout: into(stdout), stderr: into(stderr) });
  return { code, stdout: stdout.join(""), stderr: stderr.join("") };
}

const subject = (name: string): string => fileURLToPath(new URL(`./subjects/${name}.ts`, import.meta.url));

test("a module that exports a format is proved", async () => {
  const { code, stdout, stderr } = await play(subject("format"));
  expect([code, stderr]).toEqual([EXIT.proved, ""]);
  expect(stdout).toMatch(/^\.+\n\n\d+ passed, 0 failed, 0 not checked\n$/);
});

test("failures come in the order of the cases, and those without a hook are named", async () => {
  const { code, stdout } = await play(subject("away"));
  expect(code).toBe(EXIT.failed);
  expect(stdout).toContain(
    "FAILED, the likeliest cause: the label is 1–64 characters of A-Z a-z 0-9 _ -\n  the store is away\n",
  );
  expect(stdout).not.toContain("Look first at");
  expect(stdout).toMatch(/\nNOT CHECKED without raw\.bytes: /);
  expect(stdout).not.toContain("without raw.timeToLive");
  expect(stdout).toMatch(/\n0 passed, \d+ failed, \d+ not checked\n$/);
});

test("a module can end its clients after the last case", async () => {
  const before = away.closed;
  await play(subject("away"));
  expect(away.closed).toBe(before + 1);
});

test("a module without a subject is a mistake that is named", async () => {
  const { code, stderr } = await play(subject("nothing"));
  expect(code).toBe(EXIT.usage);
  expect(stderr).toMatch(
    /nothing\.ts should export `open`, `format` or `compressor`, and exports backend\n$/,
  );
});

test("a module that is not there is a mistake that is named", async () => {
  const { code, stderr } = await play(subject("not-there"));
  expect(code).toBe(EXIT.usage);
  expect(stderr).toMatch(/not-there\.ts cannot be loaded: /);
});

test("a wrong option of a module is a mistake that is named", async () => {
  const { code, stderr } = await play(subject("wrong-hooks"));
  expect([code, stderr]).toEqual([EXIT.usage, "raw.bytes must be a function; got 5\n"]);
});

test.for([[], ["--verbose"], ["a.js", "b.js"]])("the usage is printed for the arguments %j", async (args) => {
  expect(await play(...args)).toEqual({ code: EXIT.usage, stdout: "", stderr: USAGE });
});

test("the usage is printed if it is asked for", async () => {
  expect(await play("--help")).toEqual({ code: EXIT.proved, stdout: USAGE, stderr: "" });
});

test("a long message is cut, and a single failure is not called the likeliest", () => {
  const text = report([{ name: "a case", error: new Error("line\n".repeat(300)) }]);
  expect(text).toMatch(/^FAILED: a case\n/);
  expect(text.split("\n").length).toBeLessThan(30);
});
