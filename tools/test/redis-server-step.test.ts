import { execFile } from "node:child_process";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";

const run = promisify(execFile);
const STEP = fileURLToPath(new URL("../steps/redis-server.mjs", import.meta.url));
const SCRIPT = `
const { redisServer } = await import(process.argv[1]);
console.log(JSON.stringify(await redisServer(process.argv[2]).catch(({ message }) => ({ message }))));
`;

let bin: string;

beforeEach(async () => {
  bin = await mkdtemp(join(tmpdir(), "hitbox-bin-"));
});

afterEach(() => rm(bin, { recursive: true }));

/** What the step answers where PATH holds nothing but the programs made here. */
async function answer(environment: Record<string, string> = {}): Promise<Record<string, string>> {
  const options = { env: { PATH: bin, ...environment } };
  const { stdout } = await run(
    process.execPath,
    ["--input-type=module", "-e", SCRIPT, STEP, join(bin, "cache")],
    options,
  );
  return JSON.parse(stdout);
}

async function program(name: string, script: string): Promise<void> {
  await writeFile(join(bin, name), `#!/bin/sh\n${script}\n`);
  await chmod(join(bin, name), 0o755);
}

test("the program named by REDIS_SERVER comes first", async () => {
  await program("redis-server", "");
  expect(await answer({ REDIS_SERVER: "/opt/redis" })).toEqual({
    path: "/opt/redis",
    source: "REDIS_SERVER",
  });
});

test("then the one on PATH", async () => {
  await program("redis-server", "");
  const path = join(bin, "redis-server");
  expect(await answer()).toEqual({ path, source: path });
});

test("where there is none and none can be had, the error says what was tried and how to install one", async () => {
  await program("apt-get", "echo 'no network' >&2; exit 100");
  await program("docker", "echo 'no daemon' >&2; exit 1");
  const { message } = await answer();
  expect(message).toContain("sudo apt-get install redis-server");
  expect(message).toContain("PATH: there is none");
  expect(message).toMatch(/apt-get: [\s\S]*Docker: /);
});
