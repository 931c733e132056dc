import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { onTestFinished } from "vitest";

const EXAMPLE = fileURLToPath(new URL("../..", import.meta.url));

/** Builds the example and the packages below it: a process of its own cannot run the sources on Node 20. */
export async function build(): Promise<void> {
  await promisify(execFile)("npx", ["tsc", "-b"], { cwd: EXAMPLE });
}

export interface Program {
  readonly child: ChildProcess;
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Exit code, or the name of the signal that ended it. */
  readonly ended: Promise<number | string>;
}

/** Runs the built example. It is killed with the test where it has not ended. */
export function runExample(args: readonly string[], environment: NodeJS.ProcessEnv = {}): Program {
  return run(["dist/main.js", ...args], environment);
}

/** Runs a script, an ES module, in the example's directory. */
export function runNode(script: string): Program {
  return run(["--input-type=module", "--eval", script], {});
}

function run(args: readonly string[], environment: NodeJS.ProcessEnv): Program {
  const { REDIS_URL: _, PORT: __, LMDB_PATH: ___, ...rest } = process.env;
  const env = { ...rest, NODE_OPTIONS: "", ...environment };
  const child = spawn(process.execPath, args, { cwd: EXAMPLE, env });
  const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
  const ended = once(child, "close").then(([code, signal]) => code ?? signal);
  onTestFinished(() => void child.kill("SIGKILL"));
  return { child, stdout, stderr, ended };
}

function collect(stream: NodeJS.ReadableStream): () => string {
  let text = "";
  stream.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
  });
  return () => text;
}
