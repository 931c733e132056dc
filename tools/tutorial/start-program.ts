import { spawn } from "node:child_process";
import { once } from "node:events";

export interface StartOptions {
  readonly cwd: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Text to wait for; the program is then killed. Default: a first line, after which it goes on. */
  readonly until?: RegExp;
}

export interface Started {
  readonly firstLine: string;
  /** The match of `until`, or all output if the program ended without one. */
  readonly found: string;
  kill(): void;
}

/** Runs this Node with `args` until it has printed what is waited for, or has ended. */
export async function startProgram(args: readonly string[], options: StartOptions): Promise<Started> {
  const { cwd, environment = {}, until } = options;
  const env = { ...process.env, ...environment };
  // A group of its own: the runner of `node --test` starts a process for the file.
  const child = spawn(process.execPath, args, {
    cwd,
    env,
    stdio: ["ignore", "pipe", "inherit"],
    detached: true,
  });
  const kill = (): void => void process.kill(-(child.pid as number), "SIGKILL");
  const ended = once(child, "close");
  let output = "";
  for await (const chunk of child.stdout.setEncoding("utf8")) {
    output += chunk;
    if ((until ?? /\n/).test(output)) break;
  }
  const found = until?.exec(output)?.[0] ?? output;
  if (until && child.exitCode === null) {
    kill();
    await ended;
  }
  return { firstLine: output.split("\n")[0] ?? "", found, kill };
}
