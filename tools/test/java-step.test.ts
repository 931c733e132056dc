import { execFile } from "node:child_process";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";

const run = promisify(execFile);
const STEP = fileURLToPath(new URL("../steps/java.mjs", import.meta.url));
const SCRIPT = `
const { java } = await import(process.argv[1]);
console.log(JSON.stringify(await java().catch(({ message }) => ({ message }))));
`;

let bin: string;

beforeEach(async () => {
  bin = await mkdtemp(join(tmpdir(), "hitbox-bin-"));
});

afterEach(() => rm(bin, { recursive: true }));

/** What the step answers where PATH holds nothing but the programs made here. */
async function answer(environment: Record<string, string> = {}): Promise<Record<string, string>> {
  const options = { env: { PATH: bin, ...environment } };
  const { stdout } = await run(process.execPath, ["--input-type=module", "-e", SCRIPT, STEP], options);
  return JSON.parse(stdout);
}

async function program(name: string, script: string): Promise<void> {
  await writeFile(join(bin, name), `#!/bin/sh\n${script}\n`);
  await chmod(join(bin, name), 0o755);
}

test("the program named by JAVA comes first", async () => {
  await program("java", "");
  expect(await answer({ JAVA: "/opt/java" })).toEqual({ path: "/opt/java", source: "JAVA" });
});

test("then the one on PATH", async () => {
  await program("java", "");
  const path = join(bin, "java");
  expect(await answer()).toEqual({ path, source: path });
});

test("where it only says that there is no Java, and none can be had, the error says what was tried", async () => {
  await program("java", "echo 'Unable to locate a Java Runtime.' >&2; exit 1");
  await program("apt-get", "echo 'no network' >&2; exit 100");
  const { message } = await answer();
  expect(message).toContain("sudo apt-get install default-jre-headless");
  expect(message).toMatch(/PATH: [\s\S]*Unable to locate[\s\S]*apt-get: /);
});
