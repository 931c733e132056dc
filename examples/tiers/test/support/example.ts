import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { onTestFinished } from "vitest";

const EXAMPLE = fileURLToPath(new URL("../..", import.meta.url));

/** Builds the example and the packages below it: a process of its own cannot run the sources on Node 20. */
export async function build(): Promise<void> {
  await promisify(execFile)("npx", ["tsc", "-b"], { cwd: EXAMPLE });
}

export interface Example {
  readonly child: ChildProcess;
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Exit code, or the name of the signal that ended it. */
  readonly ended: Promise<number | string>;
}

/** Runs the built example; without a REDIS_URL unless one is given. */
export function runExample(environment: NodeJS.ProcessEnv): Example {
  const { REDIS_URL: _, ...rest } = process.env;
  const env = { ...rest, NODE_OPTIONS: "", ...environment };
  const child = spawn(process.execPath, ["dist/main.js"], { cwd: EXAMPLE, env });
  const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
  const ended = once(child, "close").then(([code, signal]) => code ?? signal);
  onTestFinished(() => void child.kill("SIGTERM"));
  return { child, stdout, stderr, ended };
}

function collect(stream: NodeJS.ReadableStream): () => string {
  let text = "";
  stream.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
  });
  return () => text;
}

/** A row of the table with that title, by its first three cells: policy, scenario, and who answered. */
export function rows(stdout: string, title: string): readonly (readonly string[])[] {
  const section = stdout.split("\n\n").find((each) => each.startsWith(`${title}\n`)) ?? "";
  const lines = section.split("\n").slice(2);
  return lines.map((line) => line.trim().split(/ {2,}/).slice(0, 3));
}

export async function temporaryDirectory(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "tiers-test-"));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}
