import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";

const ROOT = join(import.meta.dirname, "../../../..");

/** Brings the build up to date, of this package and of `others`: another process cannot load the sources. */
export function build(...others: readonly string[]): void {
  const compiler = join(ROOT, "node_modules/typescript/bin/tsc");
  const packages = ["backends/redis", ...others].map((name) => `packages/${name}`);
  execFileSync(process.execPath, [compiler, "-b", ...packages], { cwd: ROOT });
}

const PREAMBLE = `
  import { createInterface } from "node:readline";
  // The test's end of the pipe closes with its process: no child outlives it.
  process.stdin.once("end", () => process.kill(process.pid, "SIGKILL"));
  process.stdin.unref?.();
  const say = (line) => process.stdout.write(line + "\\n");
  const hear = () => new Promise((resolve) => {
    process.stdin.ref?.();
    asked.once("line", (line) => { process.stdin.unref?.(); resolve(line); });
  });
  const asked = createInterface({ input: process.stdin });
  process.stdin.unref?.();
  /** Epoch milliseconds and fractions of them, for comparing with other processes of this machine. */
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

/**
 * A process of its own that runs `body`, an ES module that may import every package that has been built, as
 * `@hitbox/memory`, and this one as `../dist/index.js`. It has `say(line)`, `await hear()` and `clock()`,
 * and `args` in `process.argv` from 1 on. It ends when it has nothing left to do.
 */
export function startChild(body: string, ...args: readonly string[]): Child {
  const child = spawn(process.execPath, ["--input-type=module", "--eval", PREAMBLE + body, ...args], {
    cwd: import.meta.dirname,
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
