import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";

const ROOT = join(import.meta.dirname, "../../../..");

/** Brings the build up to date: another process cannot load the sources. */
export function build(): void {
  const compiler = join(ROOT, "node_modules/typescript/bin/tsc");
  execFileSync(process.execPath, [compiler, "-b", "packages/backends/lmdb"], { cwd: ROOT });
}

const PREAMBLE = `
  import { createInterface } from "node:readline";
  import { cacheBackend, cacheValue } from "@hitbox/core";
  import { lmdb } from "../dist/index.js";
  // The test's end of the pipe closes with its process: no child outlives it.
  process.stdin.once("end", () => process.kill(process.pid, "SIGKILL"));
  const say = (line) => process.stdout.write(line + "\\n");
  const asked = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
  const hear = async () => (await asked.next()).value;
  const path = process.argv[1];
`;

export interface Child {
  /** The next line that it prints; undefined when it has ended. */
  hear(): Promise<string | undefined>;
  say(line: string): void;
  kill(signal: NodeJS.Signals): void;
  /** The exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
}

/** A process of its own that runs `body`, an ES module, over the store at `path`. `prefix`: a shell command before it. */
export function startChild(path: string, body: string, prefix = ""): Child {
  const node = `${prefix} exec "$0" "$@"`;
  const args = ["-c", node, process.execPath, "--input-type=module", "--eval", PREAMBLE + body, path];
  const child = spawn("sh", args, { cwd: import.meta.dirname, stdio: ["pipe", "pipe", "ignore"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    hear: async () => (await lines.next()).value as string | undefined,
    say: (line) => void child.stdin.write(`${line}\n`),
    kill: (signal) => void child.kill(signal),
    ended: once(child, "exit").then(([code, signal]) => (code ?? signal) as number | NodeJS.Signals),
  };
}
