import { execFile } from "node:child_process";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";

const run = promisify(execFile);
const STEP = fileURLToPath(new URL("../steps/chromium.mjs", import.meta.url));
const SCRIPT = `
const { chromium } = await import(process.argv[1]);
console.log(JSON.stringify(await chromium().catch(({ message }) => ({ message }))));
`;

let bin: string;

beforeEach(async () => {
  bin = await mkdtemp(join(tmpdir(), "hitbox-bin-"));
});

afterEach(() => rm(bin, { recursive: true }));

/** The answer of the step if PATH holds nothing but the programs made here. */
async function answer(environment: Record<string, string> = {}): Promise<Record<string, string>> {
  const options = { env: { PATH: bin, ...environment } };
  const { stdout } = await run(process.execPath, ["--input-type=module", "-e", SCRIPT, STEP], options);
  return JSON.parse(stdout);
}

async function program(name: string, script: string): Promise<void> {
  await writeFile(join(bin, name), `#!/bin/sh\n${script}\n`);
  await chmod(join(bin, name), 0o755);
}

test("the program named by CHROMIUM comes first", async () => {
  await program("chromium", "");
  expect(await answer({ CHROMIUM: "/opt/chromium" })).toEqual({ path: "/opt/chromium", source: "CHROMIUM" });
});

test("the next choice is one on PATH, under any of its names", async () => {
  await program("google-chrome", "");
  const path = join(bin, "google-chrome");
  expect(await answer()).toEqual({ path, source: path });
});

test("if none can be had, the error says what was tried and what to do", async () => {
  await program("apt-get", "echo 'no network' >&2; exit 100");
  const { message } = await answer();
  expect(message).toContain("sudo apt-get install chromium");
  expect(message).toMatch(/PATH: [\s\S]*apt-get: /);
});
