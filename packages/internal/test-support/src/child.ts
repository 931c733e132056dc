import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { isBuilt } from "./is-built.ts";

const ROOT = fileURLToPath(new URL("../../../..", import.meta.url));

/**
 * Brings the builds of packages up to date, such as `backends/redis`: another process cannot load the
 * sources.
 */
export function build(...packages: readonly string[]): void {
  if (isBuilt) return;
  const compiler = `${ROOT}/node_modules/typescript/bin/tsc`;
  const folders = packages.map((name) => `packages/${name}`);
  execFileSync(process.execPath, [compiler, "-b", ...folders], { cwd: ROOT });
  execFileSync(process.execPath, ["tools/bundle.mjs"], { cwd: ROOT });
}

const PREAMBLE = `
  import { createInterface } from "node:readline";
  // The test's end of the pipe closes with its process: no child outlives it.
  process.stdin.once("end", () => process.kill(process.pid, "SIGKILL"));
  const say = (line) => process.stdout.write(line + "\\n");
  const asked = createInterface({ input: process.stdin });
  process.stdin.unref?.();
  const hear = () => new Promise((resolve) => {
    process.stdin.ref?.();
    asked.once("line", (line) => { process.stdin.unref?.(); resolve(line); });
  });
  /** Epoch milliseconds and fractions of them, to compare with other processes of this machine. */
  const clock = () => performance.timeOrigin + performance.now();
`;

/** A Node process that a test has started. */
export interface Child {
  readonly pid: number;
  /** The next line that it prints; undefined when it has ended. */
  hear(): Promise<string | undefined>;
  say(line: string): void;
  kill(signal: NodeJS.Signals): void;
  /** The exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
}

export interface ChildOptions {
  /** The folder that the imports of `body` start from: the test's, as in `import.meta.dirname`. */
  readonly cwd: string;
  /** `process.argv`, from 1 on. */
  readonly args?: readonly string[];
  /** A shell command that runs before, such as `ulimit -v 1000;`. */
  readonly prefix?: string;
}

/**
 * Starts a process that runs `body`, an ES module, which may import built packages. The module has
 * `say(line)`, `await hear()` and `clock()`. The process ends when it has nothing left to do.
 */
export function startChild(body: string, { cwd, args = [], prefix = "" }: ChildOptions): Child {
  const node = [process.execPath, "--input-type=module", "--eval", PREAMBLE + body, ...args];
  const child = spawn("sh", ["-c", `${prefix} exec "$0" "$@"`, ...node], {
    cwd,
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    pid: child.pid as number,
    hear: async () => (await lines.next()).value as string | undefined,
    say: (line) => void child.stdin.write(`${line}\n`),
    kill: (signal) => void child.kill(signal),
    ended: once(child, "exit").then(([code, signal]) => (code ?? signal) as number | NodeJS.Signals),
  };
}
