import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { onTestFinished } from "vitest";
import { isBuilt } from "./is-built.ts";

const ROOT = fileURLToPath(new URL("../../../..", import.meta.url));

/** A program that a test runs. */
export interface Program {
  readonly child: ChildProcess;
  /** Its output so far. */
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** The exit code, or the name of the signal that ended it. */
  readonly ended: Promise<number | string>;
}

export interface ProgramOptions {
  readonly cwd: string;
  /** Added to this process's environment; without a name whose value is undefined. */
  readonly environment?: NodeJS.ProcessEnv;
  /** Sent when the test is over, if the program is not. Default: SIGKILL. */
  readonly signal?: NodeJS.Signals;
}

/** Builds the example in `folder` and the packages that it uses: another process cannot load the sources. */
export async function buildExample(folder: string): Promise<void> {
  if (isBuilt) return;
  const run = promisify(execFile);
  await run("npx", ["tsc", "-b"], { cwd: folder });
  await run(process.execPath, ["tools/bundle.mjs"], { cwd: ROOT });
}

/** Runs Node with `args`. */
export function runProgram(
  args: readonly string[],
  { cwd, environment, signal = "SIGKILL" }: ProgramOptions,
): Program {
  const env = { ...process.env, NODE_OPTIONS: "", ...environment };
  const child = spawn(process.execPath, args, { cwd, env });
  const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
  const ended = once(child, "close").then(([code, by]) => code ?? by);
  onTestFinished(() => void child.kill(signal));
  return { child, stdout, stderr, ended };
}

function collect(stream: NodeJS.ReadableStream): () => string {
  let text = "";
  stream.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
  });
  return () => text;
}

/** A folder that is removed when the test is over. */
export async function temporaryFolder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "hitbox-test-"));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}
